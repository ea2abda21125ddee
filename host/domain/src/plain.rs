//! Text of people and for people (文字): what is written into a form is given and fits; what a
//! rule or its manifest says is plain (纯文本): shown in timelines, consoles and terminals, it
//! must not hide, turn round or command anything.

use crate::refusal::Refusal;

/// Longest title, in characters: one line of an agenda or of a call taker's screen.
pub const MOST_TITLE_CHARS: usize = 100;

/// Longest document number (文号), in characters: the longest real ones have half of it.
pub(crate) const MOST_DOCUMENT_CHARS: usize = 60;

/// Longest text that a person writes into a form, in characters: two pages.
pub const MOST_WORDS_CHARS: usize = 2000;

/// Refuses a text that is too long.
pub(crate) fn must_fit(text: &str, most_chars: usize, what: &str) -> Result<(), Refusal> {
    let long = text.chars().count();
    if long > most_chars {
        return Err(Refusal::new(
            "text-too-long",
            format!("{what}有 {long} 个字，最多 {most_chars} 个字，请精简"),
            format!("{long} characters; at most {most_chars}"),
        ));
    }
    Ok(())
}

/// Refuses an empty text, or one that is longer than a form takes.
pub(crate) fn must_say(words: &str, what: &str) -> Result<(), Refusal> {
    must_say_within(words, MOST_WORDS_CHARS, what)
}

/// Refuses an empty text, or one that is longer than this form takes.
pub(crate) fn must_say_within(words: &str, most_chars: usize, what: &str) -> Result<(), Refusal> {
    must_fit(words, most_chars, what)?;
    if words.trim().is_empty() {
        return Err(Refusal::new("words-missing", format!("请填写{what}"), "the text must not be empty"));
    }
    Ok(())
}

/// Whether a character is invisible, or changes how others are read or what a terminal does:
/// control characters, direction marks, zero-width characters.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// Text without hidden characters; line breaks become spaces.
#[must_use]
pub fn plain(text: &str) -> String {
    let spaced = text.chars().map(|c| if matches!(c, '\n' | '\t') { ' ' } else { c });
    spaced.filter(|c| !is_hidden(*c)).collect::<String>().trim().to_owned()
}

/// Text with hidden characters written out, `\u{1b}`, for logs and messages to authors.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    shown
}

/// Text that stays text in a page: what would be markup is written as what it looks like, and hidden
/// characters are written out.
#[must_use]
pub fn in_markup(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in escaped(text).chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let hostile = "<script>alert('1')</script>&\u{202e}\"</table>";
        let harmless = "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;\\u{202e}&quot;&lt;/table&gt;";
        assert_eq!(in_markup(hostile), harmless);
        assert_eq!(in_markup("供暖/设施损坏"), "供暖/设施损坏");
    }
}
