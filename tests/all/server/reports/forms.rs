//! JSON, CSV, XLSX and the command line say the same; what is no report is said.

use super::super::databases::on_both;
use super::super::harness::{Answer, TestServer, at};
use super::super::process::chuishao;
use super::{NOW, city};
use calamine::{Data, Reader, Xlsx};
use chuishao_domain::language::Words;
use chuishao_server::report::{Column, Measure, Report, Table, csv};
use chuishao_server::store::Kind;
use serde_json::Value;
use std::io::Cursor as Bytes;

on_both!(a_report_is_the_same_in_every_form, what_is_no_report_is_said);

/// The cells of an exported file as they stand in its table, without empty lines.
fn csv_lines(text: &str) -> Vec<Vec<String>> {
    // Nothing in these reports is quoted over a line's end.
    let line = |line: &str| line.split(',').map(|cell| cell.trim_matches('"').to_owned()).collect();
    text.lines().filter(|of| !of.is_empty() && *of != "\"\"").map(line).collect()
}

/// A cell of the API as a spreadsheet shows it.
fn as_text(cell: &Value, decimals: u64) -> String {
    match cell {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        number if decimals == 2 => {
            let number = number.as_i64().expect("a number");
            format!("{}{}.{:02}", if number < 0 { "-" } else { "" }, number.abs() / 100, number.abs() % 100)
        }
        number => number.to_string(),
    }
}

/// The rows of a table of the API as texts, in the order of its columns.
fn as_texts(table: &Value) -> Vec<Vec<String>> {
    let columns = table["columns"].as_array().expect("columns");
    let text = |row: &Value| {
        let cell = |column: &Value| {
            as_text(&row[column["key"].as_str().expect("a key")], column["decimals"].as_u64().expect("digits"))
        };
        columns.iter().map(cell).collect()
    };
    table["rows"].as_array().expect("rows").iter().map(text).collect()
}

fn headings(table: &Value) -> Vec<String> {
    let heading = |column: &Value| match column["unit"].as_str() {
        Some("") | None => column["heading"].as_str().expect("a heading").to_owned(),
        Some(unit) => format!("{}（{unit}）", column["heading"].as_str().expect("a heading")),
    };
    table["columns"].as_array().expect("columns").iter().map(heading).collect()
}

/// The report's own words of which it does not say the English.
fn without_english(report: &Value) -> Vec<String> {
    let mut own: Vec<&Value> = vec![&report["title"], &report["period"]];
    own.extend(report["notes"].as_array().expect("notes"));
    for table in report["tables"].as_array().expect("tables") {
        own.push(&table["name"]);
        own.extend(
            table["columns"].as_array().expect("columns").iter().flat_map(|one| [&one["heading"], &one["unit"]]),
        );
    }
    let own = own.into_iter().filter_map(Value::as_str).filter(|words| !["", "%"].contains(words));
    own.filter(|words| !report["english"][words].is_string()).map(str::to_owned).collect()
}

fn sheet(workbook: &mut Xlsx<Bytes<Vec<u8>>>, name: &str, decimals: &[u64]) -> Vec<Vec<String>> {
    let range = workbook.worksheet_range(name).expect("a sheet");
    let cell = |(place, cell): (usize, &Data)| match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) if decimals[place] == 2 => format!("{number:.2}"),
        Data::Float(number) => format!("{number}"),
        other => panic!("neither words nor a number: {other:?}"),
    };
    range.rows().map(|row| row.iter().enumerate().map(cell).collect()).collect()
}

async fn a_report_is_the_same_in_every_form(on: Kind) {
    let (server, _) = city(on).await;
    for (path, args) in [
        ("period?period=2024-10&by=department", vec!["period", "--period", "2024-10", "--by", "department"]),
        ("high-frequency?period=2024-10", vec!["high-frequency", "--period", "2024-10"]),
        ("first-response?period=2024-10", vec!["first-response", "--period", "2024-10"]),
        ("monthly-list?period=2024-10", vec!["monthly-list", "--period", "2024-10"]),
        ("yearly-list?period=2024", vec!["yearly-list", "--period", "2024"]),
    ] {
        let report: Value = server.read(&format!("/v1/reports/{path}")).await;
        let tables = report["tables"].as_array().expect("tables");
        assert_eq!(without_english(&report), Vec::<String>::new(), "{path}");

        let csv = Answer::to(server.get(&format!("/v1/reports/{path}&format=csv"))).await;
        assert_eq!(csv.content_type, "text/csv; charset=utf-8");
        assert!(csv.text.starts_with('\u{feff}'), "{}", csv.text);
        let accepted = Answer::to(server.get(&format!("/v1/reports/{path}")).header("accept", "text/csv;q=1")).await;
        assert_eq!(accepted.text, csv.text);
        let found = csv_lines(csv.text.trim_start_matches('\u{feff}'));
        let mut expected = Vec::new();
        for table in tables {
            expected.push(vec![table["name"].as_str().expect("a name").to_owned()]);
            expected.push(headings(table));
            expected.extend(as_texts(table));
        }
        assert_eq!(found[..expected.len()], expected, "{path}");
        let notes = report["notes"].as_array().expect("notes");
        assert_eq!(found.len(), expected.len() + 3 + notes.len());
        assert_eq!(found[expected.len() + 1], ["统计区间", report["period"].as_str().expect("a period")]);

        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let answer = server.get(&format!("/v1/reports/{path}")).header("accept", kind).send().await.expect("an answer");
        let disposition = answer.headers()["content-disposition"].to_str().expect("ASCII").to_owned();
        assert!(
            disposition.starts_with("attachment; filename=\"report.xlsx\"; filename*=UTF-8''")
                && disposition.is_ascii(),
            "{disposition}"
        );
        let bytes = answer.bytes().await.expect("a file").to_vec();
        let mut workbook = Xlsx::new(Bytes::new(bytes)).expect("a workbook");
        for table in tables {
            let decimals = table["columns"].as_array().expect("columns").iter();
            let decimals: Vec<u64> = decimals.map(|column| column["decimals"].as_u64().expect("digits")).collect();
            let cells = sheet(&mut workbook, table["name"].as_str().expect("a name"), &decimals);
            assert_eq!(cells[0], headings(table));
            assert_eq!(cells[1..], as_texts(table), "{path}");
        }
        let remarks = sheet(&mut workbook, "说明", &[0, 0]);
        assert_eq!(remarks.len(), 3 + notes.len());

        // The command line, beside the server: the same but for the moment.
        let (url, file) = (&server.database().url, server.folder().join("report.csv"));
        let file = file.to_str().expect("a path");
        let said = chuishao(&[&["report"], &args[..], &["--database", url, "--csv", file]].concat()).await;
        assert!(said.success, "{said:?}");
        let written = csv_lines(std::fs::read_to_string(file).expect("written").trim_start_matches('\u{feff}'));
        assert_eq!(written[..expected.len()], expected, "{path}");
    }
    server.finish().await;
}

async fn what_is_no_report_is_said(on: Kind) {
    let server = TestServer::start(on, &[], NOW).await;
    for path in [
        "period",
        "period?period=2024-10&from=2024-10-01&to=2024-10-31",
        "period?from=2024-10-01",
        "period?from=2024-13-01&to=2024-10-31",
        "period?period=2024-10&by=street",
        "period?period=2024-10&minutes=5",
        "period?period=2024-10&format=pdf",
        "period?period=2024-10&colour=red",
        "high-frequency?period=2024-10&territory=370000",
        "ageing?period=2024-10",
        "first-response?period=2024-10&minutes=0",
        "first-response?period=2024-10&minutes=10081",
        "monthly-list?period=2024",
        "yearly-list?period=2024-10",
    ] {
        let answer = Answer::to(server.get(&format!("/v1/reports/{path}"))).await;
        assert_eq!(answer.refusal(), (400, "bad-request".into()), "{path}");
    }
    for (path, code) in [
        ("period?period=2024-13", "no-such-period"),
        ("period?from=2024-10-31&to=2024-10-01", "days-reversed"),
        ("period?from=2023-10-31&to=2024-10-31", "days-too-many"),
        ("period?from=1024-10-01&to=1024-10-31", "days-out-of-range"),
    ] {
        let answer = Answer::to(server.get(&format!("/v1/reports/{path}"))).await;
        assert_eq!(answer.refusal(), (422, code.into()), "{path}");
    }
    // In the first days of the first year with a holiday notice, working days before it are unknown.
    let server = server.restart("2024-01-05T09:00").await;
    assert_eq!(Answer::to(server.get("/v1/reports/ageing")).await.refusal(), (409, "no-notice".into()));
    server.finish().await;
}

/// Words that a spreadsheet would take for a formula (OWASP, CSV Injection) leave as words, in a cell
/// and in a remark; all others leave as they are.
#[test]
fn what_would_be_calculated_is_words() {
    let formulas = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "＋1", "－1", "＠1"];
    let words = ["供暖/设施损坏", "2024-10-01 至 2024-10-31", "a=b", "", "——"];
    let all = || formulas.into_iter().chain(words);
    let table = Table {
        name: ("T", "T"),
        columns: all().map(|_| Column::new("text", ("H", "H"), Measure::Text)).collect(),
        rows: vec![all().map(Into::into).collect()],
    };
    let none = || Words::new("", "");
    let report = Report::new((none(), none()), at(NOW), vec![table], all().map(|note| Words::new(note, "")).collect());
    let file = String::from_utf8(csv::file(&report).expect("a file")).expect("UTF-8");
    let expected: Vec<String> =
        formulas.map(|text| format!("'{text}")).into_iter().chain(words.map(str::to_owned)).collect();
    let records: Vec<Vec<&str>> = file.split("\r\n").map(|record| record.split(',').collect()).collect();
    let unquoted = |cell: &&str| cell.trim_matches('"').to_owned();
    let row = records.iter().find(|record| record.len() == expected.len() && record[0] != "H").expect("the row");
    assert_eq!(row.iter().map(unquoted).collect::<Vec<_>>(), expected);
    for text in expected.iter().filter(|text| !text.is_empty()) {
        let noted = |record: &Vec<&str>| record.len() == 2 && unquoted(&record[1]) == *text;
        assert!(records.iter().any(noted), "{text:?} in {file:?}");
    }
}
