//! The five scenes. Each ends by checking that what it set out to show was there, so that
//! the demonstration cannot quietly show something else.

use super::caller::{Caller, Fault};
use chuishao_server::desk::Receipt;
use chuishao_server::timeline::Line;
use serde_json::{Value, json};

const CALL_TAKER: &str = "call-taker:0231";
const DISPATCHER: &str = "dispatcher:0007";
const REVIEWER: &str = "reviewer:0102";
const FOLLOW_UP: &str = "follow-up-staff:0305";

pub async fn play(caller: &Caller) -> Result<(), Fault> {
    road_in_anqiu(caller).await?;
    noise_in_two_districts(caller).await?;
    heating_in_winter_and_summer(caller).await?;
    burst_pipe_at_night(caller).await?;
    rules_that_misbehave(caller).await
}

/// The scene must show, or must not show, a text.
fn must(lines: &[Line], text: &str, shown: bool) -> Result<(), Fault> {
    if lines.iter().any(|line| line.what.contains(text)) == shown {
        return Ok(());
    }
    Err(format!("演示与预期不符：时间线{}应出现「{text}」", if shown { "" } else { "不" }).into())
}

fn dispatch(lead_unit: &str) -> Value {
    json!({ "command": "dispatch", "lead_unit": lead_unit })
}

fn report_back(result: &str) -> Value {
    json!({ "command": "report-back", "contacted": true, "solved": true, "result": result, "evidence_count": 2 })
}

fn follow_up(solved: bool, satisfied: bool, opinion: &str) -> Value {
    json!({ "command": "follow-up", "reached": true, "solved": solved, "satisfied": satisfied, "opinion": opinion })
}

fn review() -> Value {
    json!({ "command": "review", "passed": true })
}

fn accept() -> Value {
    json!({ "command": "accept" })
}

async fn road_in_anqiu(caller: &Caller) -> Result<(), Fault> {
    println!("场景一　安丘：老旧小区路面破损（双向联办）");
    let ticket = caller
        .register(&json!({
            "caller": { "name": "李建业", "phone": "13900000001" },
            "matter_kind": "help", "category": "0201", "title": "老旧小区改造后路面破损",
            "body": "小区 2022 年改造，今年部分路面破损，影响业主出行，多次联系施工单位没有回复。",
            "place": { "territory": "370784", "street": "兴安街道", "estate": "汶水小区" }
        }))
        .await?;
    caller.act(&ticket, CALL_TAKER, accept()).await?;
    caller.act(&ticket, DISPATCHER, dispatch("370784-ZJ")).await?;
    caller.at("2024-06-25T10:00").await?;
    let urge =
        json!({ "command": "supervise", "kind": "urge", "target": "370784-ZJ", "words": "请当日核实情况并督促整改" });
    caller.act(&ticket, "department-supervisor:WF-ZJ", urge).await?;
    caller.at("2024-06-25T10:20").await?;
    caller.act(&ticket, "unit-clerk:370784-ZJ", json!({ "command": "take-up" })).await?;
    caller.at("2024-06-25T16:40").await?;
    let result = "现场核实，属于保修范围，已联系施工单位修复路面";
    caller.act(&ticket, "unit-clerk:370784-ZJ", report_back(result)).await?;
    caller.act(&ticket, REVIEWER, review()).await?;
    caller.at("2024-06-26T09:30").await?;
    caller.act(&ticket, FOLLOW_UP, follow_up(true, true, "没想到这么快")).await?;
    let lines = caller.tell(&ticket, "安丘市").await?;
    must(&lines, "同时抄送 市住建局", true)?;
    must(&lines, "督促 安丘市住建局", true)?;
    must(&lines, "办结", true)
}

/// One round of handling that leaves the caller unsatisfied.
async fn fruitless_round(caller: &Caller, ticket: &Receipt, unit: &str, opinion: &str) -> Result<(), Fault> {
    caller.act(ticket, unit, report_back("已上门劝导，双方表示理解")).await?;
    caller.act(ticket, REVIEWER, review()).await?;
    caller.act(ticket, FOLLOW_UP, follow_up(false, false, opinion)).await?;
    Ok(())
}

async fn noise_in_two_districts(caller: &Caller) -> Result<(), Fault> {
    println!("场景二　同样的邻里噪声，奎文区有「一把手现场调处」，潍城区没有");
    caller.at("2024-09-02T09:00").await?;
    let mut both = Vec::new();
    for (territory, street, estate) in [("370705", "东关街道", "胜利新村"), ("370702", "城关街道", "向阳里")]
    {
        let ticket = caller
            .register(&json!({
                "caller": { "name": "周桂兰", "phone": "13900000002" },
                "matter_kind": "complaint", "category": "0301", "title": "楼上夜间噪声",
                "body": "楼上每晚十一点后拖动家具、放音响，多次沟通无效。",
                "place": { "territory": territory, "street": street, "estate": estate, "building": "3号楼" }
            }))
            .await?;
        caller.act(&ticket, CALL_TAKER, accept()).await?;
        caller.act(&ticket, DISPATCHER, dispatch(&format!("{territory}-GA"))).await?;
        both.push((ticket, format!("unit-clerk:{territory}-GA")));
    }
    for (moment, opinion) in [("2024-09-04T10:00", "只来过一次电话"), ("2024-09-06T10:00", "昨晚仍然很吵")]
    {
        caller.at(moment).await?;
        for (ticket, unit) in &both {
            fruitless_round(caller, ticket, unit, opinion).await?;
        }
    }
    caller.at("2024-09-09T15:00").await?;
    let (kuiwen, unit) = &both[0];
    let record = json!({
        "mediation-participants": "区公安分局主要负责人、社区书记、双方住户", "mediation-place": "社区调解室",
        "mediation-course": "听取双方意见，查看现场", "mediation-outcome": "22 时后不放音响，社区每周走访",
    });
    let done =
        json!({ "command": "finish-task", "number": 1, "result": "主要负责人到场，双方达成约定", "record": record });
    caller.act(kuiwen, unit, done).await?;
    for (ticket, unit) in &both {
        caller.act(ticket, unit, report_back("双方达成约定")).await?;
        caller.act(ticket, REVIEWER, review()).await?;
        caller.act(ticket, FOLLOW_UP, follow_up(true, true, "")).await?;
    }
    must(&caller.tell(kuiwen, "奎文区：规则自己开立了现场调处").await?, "「现场调处」", true)?;
    must(&caller.tell(&both[1].0, "潍城区：没有这条规则").await?, "现场调处", false)
}

fn cold_room() -> Value {
    json!({
        "caller": { "name": "王秀英", "phone": "13900000003" },
        "matter_kind": "help", "category": "0104", "title": "暖气不热",
        "body": "暖气片一半是凉的，家里有老人和孩子。我电话13900000003，请尽快来人。",
        "place": { "territory": "370705", "estate": "虞河花园" }
    })
}

async fn heating_in_winter_and_summer(caller: &Caller) -> Result<(), Fault> {
    println!("场景三　供热模式：11 月 6 日的来电，与 6 月的同样来电");
    caller.at("2024-11-06T09:00").await?;
    let winter = caller.register(&cold_room()).await?;
    println!(
        "  话务员看到：请问清 {}；可转接 {}",
        winter.missing_fields.join("、"),
        winter.suggested_seat.as_deref().unwrap_or("无")
    );
    caller.refused(&winter, CALL_TAKER, accept()).await?;
    let fields = json!({ "account-number": "0536-88-1024", "room-temperature-tenths": 145, "whole-building": false });
    let filled =
        json!({ "command": "fill-in", "place": { "building": "8号楼" }, "fields": { "heating-mode": fields } });
    caller.act(&winter, CALL_TAKER, filled).await?;
    caller.act(&winter, CALL_TAKER, accept()).await?;
    caller.act(&winter, DISPATCHER, dispatch("370705-CG")).await?;
    let lines = caller.tell(&winter, "供热模式中").await?;
    must(&lines, "建议转接 鸢都热力", true)?;
    must(&lines, "提前「办结」时限", true)?;
    caller.act(&winter, "unit-clerk:370705-CG", report_back("企业上门清洗过滤网，室温 20 度")).await?;
    caller.act(&winter, REVIEWER, review()).await?;
    caller.act(&winter, FOLLOW_UP, follow_up(true, true, "")).await?;

    caller.at("2025-06-10T09:00").await?;
    let summer = caller.register(&cold_room()).await?;
    caller.act(&summer, CALL_TAKER, accept()).await?;
    let lines = caller.tell(&summer, "供热模式之外：同样的来电").await?;
    must(&lines, "规则", false)?;
    must(&lines, "提前", false)
}

async fn burst_pipe_at_night(caller: &Caller) -> Result<(), Fault> {
    println!("场景四　夜里水管爆裂：两小时内掌握情况，一个工作日内办结（时钟由演示拨动）");
    caller.at("2025-07-18T23:40").await?;
    let ticket = caller
        .register(&json!({
            "caller": { "name": "赵明", "phone": "13900000004" },
            "matter_kind": "help", "category": "0401", "title": "路口供水管道爆裂",
            "body": "向阳路与胜利街路口喷水，已淹到人行道。",
            "place": { "territory": "370702", "street": "城关街道" }
        }))
        .await?;
    caller.act(&ticket, CALL_TAKER, accept()).await?;
    caller.act(&ticket, DISPATCHER, dispatch("370702-SL")).await?;
    caller.at("2025-07-19T02:05").await?;
    let grasp = json!({ "command": "record-grasp", "words": "主管道接口脱落，已关阀，抢修队在场" });
    caller.act(&ticket, "unit-clerk:370702-SL", grasp).await?;
    caller.at("2025-07-21T16:00").await?;
    caller.act(&ticket, "unit-clerk:370702-SL", report_back("更换管段，恢复供水")).await?;
    caller.act(&ticket, REVIEWER, review()).await?;
    caller.act(&ticket, FOLLOW_UP, follow_up(true, true, "")).await?;
    let lines = caller.tell(&ticket, "潍城区，紧急").await?;
    must(&lines, "预警：「掌握情况」", true)?;
    must(&lines, "超期：「掌握情况」", true)
}

async fn rules_that_misbehave(caller: &Caller) -> Result<(), Fault> {
    println!("场景五　一条规则死循环，一条规则越权：工单照常，都看得见");
    caller.at("2025-08-04T09:00").await?;
    let ticket = caller
        .register(&json!({
            "caller": { "name": "孙立", "phone": "13900000005" },
            "matter_kind": "complaint", "category": "0601", "title": "垃圾清运不及时",
            "body": "小区门口垃圾桶三天没有清运。",
            "place": { "territory": "370703", "estate": "北海花园" }
        }))
        .await?;
    caller.act(&ticket, CALL_TAKER, accept()).await?;
    caller.act(&ticket, DISPATCHER, dispatch("370703-CG")).await?;
    let lines = caller.tell(&ticket, "寒亭区").await?;
    must(&lines, "算力预算", true)?;
    must(&lines, "护栏 G1", true)?;
    must(&lines, "护栏 G3", true)?;
    must(&lines, "护栏 G9", true)?;
    must(&lines, "双向联办", true)
}
