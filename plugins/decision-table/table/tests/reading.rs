//! Sheets as clerks fill them in, and what they are told.

use chuishao_table::fault::Fault;
use chuishao_table::sheet::{Sheet, read};

/// A grid out of lines, with `|` between cells.
fn grid(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

fn sheet(text: &str) -> Sheet {
    read(&grid(text)).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn told(text: &str) -> Vec<String> {
    let faults = read(&grid(text)).err().unwrap_or_default();
    faults.iter().map(Fault::to_string).collect()
}

fn rows(rows: &str) -> String {
    format!(
        "命中方式|首行\n事件|诉求类型|分类|期间|同小区同类7天|标签|任务|任务岗位|任务期限|任务名称|办结时限|抄送|退回补充|不处理|理由\n{rows}"
    )
}

#[test]
fn a_row_is_numbered_as_the_spreadsheet_does_and_columns_may_be_moved() {
    let one = sheet("说明：本表由奎文区填写\n命中方式|首行\n\n事件|标签|理由|诉求类型\n派单|高频|投诉多|投诉、举报");
    let other = sheet(
        "说明：本表由奎文区填写\n命中方式|首行\n\n理由|诉求类型|事件|标签|备注\n投诉多|投诉、举报|派单|高频|自己看",
    );
    assert_eq!(one.rows[0].number, 5);
    assert_eq!(one.lines, ["行：5｜事件：派单｜诉求类型：投诉、举报｜标签：高频｜理由：投诉多"]);
    assert_eq!(one.lines, other.lines, "the same table");
}

#[test]
fn faults_name_row_and_column_and_what_was_meant() {
    for (row, words) in [
        ("派单|投诉类||||高频|||||||||多", "第 3 行「诉求类型」：不能填「投诉类」；是不是「投诉」？可以填：咨询、求助"),
        ("派但|投诉||||高频|||||||||多", "第 3 行「事件」：没有「派但」这种事件；是不是「派单」？"),
        (
            "派单||104|||高频|||||||||多",
            "第 3 行「分类」：分类代码「104」不是 2、4 或 6 位；多半是表格软件去掉了开头的 0，是不是「0104」？",
        ),
        ("派单||||3|高频|||||||||多", "第 3 行「同小区同类7天」：只写「3」看不出是正好还是至少：请写 ≥3、≤3 或 =3"),
        ("派单||||≥300|高频|||||||||多", "超出范围：应在 0 到 100 之间"),
        ("派单|||11月5日到3月31日||高频|||||||||多", "第 3 行「期间」：看不懂"),
        ("派单|||02-30至03-31||高频|||||||||多", "第 3 行「期间」：看不懂"),
        ("派单||||||||||||||多", "第 3 行：没有填写任何措施；本意是什么都不做的，请在「不处理」填「是」"),
        ("派单|||||高频||||||||是|多", "第 3 行「不处理」：填了「是」，又填了「标签」"),
        ("派单|||||高频|||||||||", "第 3 行「理由」：没有填写"),
        ("|投诉||||高频|||||||||多", "第 3 行「事件」：没有填写"),
        ("派单||||||现场调处|主要负责人|||||||多", "第 3 行「任务」：还要填写「任务期限」「任务名称」"),
        ("派单|||||高频|||3工作日||||||多", "第 3 行「任务期限」：单独填写不起作用，请同时填写「任务」"),
        (
            "受理||||||现场调处|主要负责人|1工作日|调处|||||多",
            "第 3 行「任务」：事件「受理」时不能：派单之后才知道主办单位的领导是谁",
        ),
        ("派单||||||||||8个小时|||| 多", ""),
        ("派单||||||||||尽快|||| 多", "第 3 行「办结时限」：看不懂「尽快」：请写 24小时、8工作小时 或 3工作日"),
        ("派单|||||||||||奎文区应急局|||多", "第 3 行「抄送」：「奎文区应急局」不是单位代码"),
        ("派单||||||||||||缺照片||多", "第 3 行「退回补充」：事件「派单」时不能：只能在反馈办理结果时退回补充"),
        ("每月研判|投诉||||高频|||||||||多", "第 3 行「诉求类型」：事件「每月研判」没有这一项"),
        ("派单|||||{小区名}|||||||||多", "第 3 行「标签」：事件「派单」时没有 {小区名}；是不是「小区」？"),
        ("派单|||||a｜b|||||||||多", "第 3 行「标签」：不能含有「｜」"),
    ] {
        let said = told(&rows(row)).join("\n");
        assert!(said.contains(words), "{row}\n{said}");
        assert_eq!(said.is_empty(), words.is_empty(), "{row}\n{said}");
    }
}

#[test]
fn what_is_wrong_with_the_sheet_is_told_too() {
    for (text, words) in [
        ("这是一张空表", "找不到标题行"),
        ("事件|标签|理由\n派单|高频|多", "「命中方式」：没有写明"),
        ("命中方式|随便\n事件|标签|理由\n派单|高频|多", "第 1 行「命中方式」：「随便」不是命中方式"),
        ("命中方式|首行\n事件|标签|原因\n派单|高频|多", "第 2 行「原因」：没有这一列"),
        (
            "命中方式|首行\n事件|诉求类别|标签|理由\n派单||高频|多",
            "第 2 行「诉求类别」：没有这一列；是不是「诉求类型」？",
        ),
        ("命中方式|首行\n事件|标签|标签|理由\n派单|高频||多", "第 2 行「标签」：这个标题出现了两次"),
        ("命中方式|首行\n事件|标签|理由\n派单|高频|多|还有一句", "第 3 行：「还有一句」写在没有标题的列里"),
        ("命中方式|首行\n事件|标签|理由\n||", "表里没有一行规则"),
    ] {
        let said = told(text).join("\n");
        assert!(said.contains(words), "{text}\n{said}");
    }
}

/// All faults at once: who mends a sheet does it in one go.
#[test]
fn every_fault_is_told_at_once() {
    assert_eq!(told(&rows("派但|投诉类||||高频|||||||||\n派单||104|||高频|||||||||多")).len(), 4);
}

#[test]
fn settings_that_were_changed_by_hand_are_not_used() {
    use chuishao_table::table::{Table, mark_of};
    use chuishao_table::words::Event;
    let sheet = sheet(&rows("派单|投诉|||≥3|高频|||||||||多\n回访|||||多次|||||||||多"));
    let mark = mark_of(sheet.policy.word(), &sheet.lines);
    let table = |lines: &[String], mark: &str| Table::of_settings("首行", lines, mark, Event::Dispatched);
    assert_eq!(table(&sheet.lines, &mark).expect("as it was checked").rows, [sheet.rows[0].clone()]);
    let mut lines = sheet.lines.clone();
    lines[0] = lines[0].replace("≥3", "≥4");
    assert!(table(&lines, &mark).expect_err("changed").contains("chuishao table settings"));
    assert_eq!(table(&[], "").expect("no table").rows, [], "nothing is set: nothing is asked for");
}
