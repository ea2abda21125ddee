//! What a run came to, for programs: JSON, and JUnit XML as continuous integration reads it.

use super::Run;
use super::print::{explained, title};
use chuishao_domain::narrate::moment;
use serde_json::json;

/// The whole run as JSON.
pub fn json(run: &Run) -> String {
    let stories = run.stories.iter().map(|story| {
        let steps = story.steps.iter().map(|step| {
            json!({
                "line": step.line, "at": moment(step.at), "what": step.what, "passed": step.complaints.is_empty(),
                "complaints": explained(step), "calls": step.calls.len(), "fuel": step.fuel(), "micros": step.micros(),
            })
        });
        let steps: Vec<_> = steps.collect();
        json!({ "file": story.file.display().to_string(), "title": story.scenario.title, "case": story.case, "steps": steps })
    });
    let stories: Vec<_> = stories.collect();
    format!("{:#}\n", json!({ "failed": run.failed(), "stories": stories }))
}

/// A suite for each story, a case for each step.
pub fn junit(plugin: &str, run: &Run) -> String {
    let seconds = |micros: u64| format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    let steps: usize = run.stories.iter().map(|story| story.steps.len()).sum();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{steps}\" failures=\"{}\">\n",
        escaped(plugin),
        run.failed()
    );
    for story in &run.stories {
        let failed = story.steps.iter().filter(|step| !step.complaints.is_empty()).count();
        let (name, file) = (escaped(&title(story)), escaped(&story.file.display().to_string()));
        xml += &format!(
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failed}\" file=\"{file}\">\n",
            story.steps.len()
        );
        for step in &story.steps {
            let what = escaped(&format!("{} {}", moment(step.at), step.what));
            xml += &format!(
                "    <testcase classname=\"{name}\" name=\"{what}\" file=\"{file}\" line=\"{}\" time=\"{}\"",
                step.line,
                seconds(step.micros())
            );
            if step.complaints.is_empty() {
                xml += "/>\n";
                continue;
            }
            let summary: Vec<&str> = step.complaints.iter().map(|complaint| complaint.what.as_str()).collect();
            xml += &format!(
                ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                escaped(&summary.join("；")),
                escaped(&explained(step).join("\n"))
            );
        }
        xml += "  </testsuite>\n";
    }
    xml + "</testsuites>\n"
}

/// As XML 1.0 can say it: other control characters have no place in it at all.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\n' => escaped += "&#10;",
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_texts_in_xml() {
        assert_eq!(escaped("<a b=\"&\">\u{1b}[31m\n"), "&lt;a b=&quot;&amp;&quot;&gt;\u{fffd}[31m&#10;");
    }
}
