//! `plugin reference`: every event, effect, fact, readable field and limit, with an example. Made from the
//! interface's own documentation, from the program's constants, and from stories that are played each
//! time; `wit/REFERENCE.md` is what it prints, and a test keeps it.
//!
//! - `wit`: the interface, read;
//! - `stories`: the scenarios, and the rule that asks for what they expect;
//! - `code`: a proposal in four languages;
//! - `events`, `effects`, `facts`, `fields`, `limits`: the rooms.

mod code;
mod effects;
mod events;
mod facts;
mod fields;
mod limits;
mod stories;
mod wit;

use super::Faults;
use super::language::kit::version;
use super::places::nearest;
use crate::Outcome;
use clap::Args;
use std::fmt::Write as _;
use wit::Wit;

#[derive(Args)]
pub struct ReferenceArgs {
    /// 事件、效果、事实、字段或上限的名称，例如 add-tag；不写则打印全部
    name: Option<String>,
}

/// Entries of one kind.
struct Room {
    title: &'static str,
    /// What holds for all of them.
    intro: String,
    /// The head of their table, where each is a row.
    table: Option<&'static str>,
    entries: Vec<Entry>,
}

/// One entry.
struct Entry {
    name: String,
    /// A section, or a row of the room's table.
    text: String,
}

pub fn reference(args: &ReferenceArgs) -> Outcome {
    let rooms = rooms()?;
    match &args.name {
        Some(name) => print!("{}", entry(&rooms, name)?),
        None => print!("{}", document(&rooms)),
    }
    Ok(())
}

/// All rooms.
///
/// # Errors
/// Something of the interface has no example, or an example does not happen.
fn rooms() -> Result<Vec<Room>, Faults> {
    let (wit, manifest, played) = (Wit::read()?, stories::manifest()?, stories::played()?);
    Ok(vec![
        events::room(&wit, &played, &manifest)?,
        effects::room(&wit, &played)?,
        facts::room(&wit, &manifest)?,
        fields::room(&wit, &manifest)?,
        limits::room(&wit)?,
    ])
}

/// One entry.
fn entry(rooms: &[Room], name: &str) -> Result<String, String> {
    let found = rooms.iter().find_map(|room| Some((room, room.entries.iter().find(|one| one.name == name)?)));
    if let Some((room, one)) = found {
        return Ok(room.table.unwrap_or_default().to_owned() + &one.text);
    }
    let known: Vec<String> = rooms.iter().flat_map(|room| &room.entries).map(|one| one.name.clone()).collect();
    let meant = nearest(name, &known).map(|right| format!("；是不是 {right}？")).unwrap_or_default();
    Err(format!("没有 {name} 这一条{meant}（chuishao plugin reference 打印全部） (no such entry)"))
}

/// The document: `chuishao plugin reference > wit/REFERENCE.md`.
fn document(rooms: &[Room]) -> String {
    let mut text = format!(
        "# 参考：事件、效果、事实、字段、上限 Reference\n\n\
         接口 {version} 的每一种事件、效果、事实、可读取的字段和上限，各带例子。由 `chuishao plugin reference` 从接口的说明、程序的常数\
         和每次都演一遍的场景生成，一个测试使它与程序一致。单独一条：`chuishao plugin reference add-tag`。怎样开始写规则，见 \
         `examples/README.md`；错误代码的意思，见 `chuishao explain`。\n\n\
         Every event, effect, fact, readable field and limit of interface {version}, with examples. Made by \
         `chuishao plugin reference` from the interface's own words, the program's constants and scenarios that are \
         played each time; a test keeps it. One entry: `chuishao plugin reference add-tag`.\n\n",
        version = version()
    );
    for Room { title, entries, .. } in rooms {
        let names: Vec<String> = entries.iter().map(|one| format!("`{}`", one.name)).collect();
        // Writing to a text cannot fail.
        let _ = writeln!(text, "- **{title}**：{}", names.join(" "));
    }
    for Room { title, intro, table, entries } in rooms {
        let _ = write!(text, "\n## {title}\n\n{intro}\n");
        text.extend(table.map(|head| format!("\n{head}")));
        for one in entries {
            if table.is_none() {
                text.push('\n');
            }
            text += &one.text;
        }
    }
    text
}

/// A block of code.
fn fenced(language: &str, code: &str) -> String {
    format!("```{language}\n{}\n```\n", code.trim_end())
}

/// A row of a table.
fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn read() -> Vec<Room> {
        rooms().unwrap_or_else(|faults| panic!("{faults}"))
    }

    #[test]
    fn the_document_is_what_is_printed() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/REFERENCE.md");
        let kept = std::fs::read_to_string(path).unwrap_or_default().replace('\r', "");
        assert!(kept == document(&read()), "run: chuishao plugin reference > wit/REFERENCE.md");
    }

    /// Who asks for a name is shown one thing.
    #[test]
    fn no_two_entries_have_one_name() {
        let rooms = read();
        let mut seen = BTreeSet::new();
        let names = rooms.iter().flat_map(|room| &room.entries).map(|one| one.name.as_str());
        let twice: Vec<&str> = names.filter(|name| !seen.insert(*name)).collect();
        assert_eq!(twice, [""; 0]);
    }

    /// What the interface has and the reference lacks would be found by nobody.
    #[test]
    fn nothing_of_the_interface_is_missing() {
        let (wit, rooms) = (Wit::read().expect("the interface"), read());
        let of_wit = |types: [&str; 2]| -> BTreeSet<String> {
            let items = types.into_iter().flat_map(|name| wit.items(name).expect("a type"));
            items.map(|item| item.name.to_owned()).collect()
        };
        let named = |room: &Room| -> BTreeSet<String> { room.entries.iter().map(|one| one.name.clone()).collect() };
        assert_eq!(named(&rooms[0]), of_wit(["event", "review-kind"]));
        assert_eq!(named(&rooms[1]), of_wit(["effect", "review-effect"]));
        for (name, room) in [("fact-value", 2), ("ticket", 3), ("time-span", 4)] {
            let whole = document(&rooms[room..=room]);
            for item in wit.items(name).expect("a type") {
                assert!(whole.contains(item.name), "{name}.{} is not there", item.name);
            }
        }
    }

    #[test]
    fn one_entry_is_printed_and_a_slip_is_guessed() {
        let rooms = read();
        let said = entry(&rooms, "add-tag").expect("it is there");
        for words in [
            "### `add-tag` 加标签\n",
            "`too-many-tags`（护栏 G13：",
            "propose(\"add-tag\", \"多\", ",
            "let proposal = Effect::AddTag(\"多\".into()).because(",
            "expect = [{ add-tag = \"多\" }]\n",
        ] {
            assert!(said.contains(words), "{words} in {said}");
        }
        let of_field = entry(&rooms, "estate").expect("it is there");
        assert!(of_field.starts_with("| 写在清单里") && of_field.contains("`ticket.place.estate`"), "{of_field}");
        assert!(entry(&rooms, "ad-tag").expect_err("no such entry").contains("是不是 add-tag？"));
    }
}
