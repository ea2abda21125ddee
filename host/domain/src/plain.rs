//! Text for people as plain text (纯文本): what a rule or its manifest says is shown in
//! timelines, consoles and terminals, and must not hide, turn round or command anything.

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
