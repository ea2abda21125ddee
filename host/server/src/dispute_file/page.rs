//! What a dispute file says, part by part.

use super::html::Html;
use super::{DisputeFile, Origin};
use crate::reference::Known;
use crate::store::decisions::StoredDecision;
use crate::timeline::{LineKind, timeline};
use chuishao_domain::World;
use chuishao_domain::narrate::{figure, moment, proposed, seen, show};
use chuishao_domain::plain::plain;
use chuishao_domain::redact::redact;
use chuishao_domain::rule::record::{Answer, CallFailure, DecisionRecord, Edition, Verdict};

type Pair = (String, String);

fn pair(label: impl Into<String>, text: impl Into<String>) -> Pair {
    (label.into(), text.into())
}

pub(super) fn page(file: &DisputeFile, known: &Known) -> String {
    let mut html = Html::begin(&format!("一案一档：工单 {}", file.ticket.id));
    html.paragraph(
        "note",
        &format!(
            "本档由系统于 {} 从工单的事件和决定记录直接生成，供争议处理和检查使用。不含来电人身份；文字中的姓名、号码已脱敏。",
            moment(file.made_at)
        ),
    );
    let world = known.world_at(file.ticket.intake.received_at);
    html.heading(2, "一、工单");
    html.pairs(&ticket(file, &world));
    html.heading(2, "二、经过");
    history(&mut html, file, known);
    html.heading(2, "三、规则的决定");
    if file.decisions.is_empty() {
        html.paragraph("", "没有规则被询问过。");
    } else {
        let text = format!(
            "共 {} 条，按先后排列。规则只能提议；是否采纳由系统核心按护栏逐项决定，未采纳的也在此列出。",
            file.decisions.len()
        );
        html.paragraph("", &text);
    }
    for (stored, record) in &file.decisions {
        decision(&mut html, file, stored, record, &known.world_at(record.call.at));
    }
    html.heading(2, "四、记录是否完整");
    proof(&mut html, file);
    html.end()
}

fn ticket(file: &DisputeFile, world: &World) -> Vec<Pair> {
    let (ticket, intake) = (&file.ticket, &file.ticket.intake);
    let territory = world.catalogue.territory(&intake.place.territory);
    let lead = ticket.lead_unit().map(|unit| world.catalogue.unit_name(unit).to_owned());
    let body = if intake.confidential {
        "（保密工单，诉求内容不列入本档）".to_owned()
    } else {
        redact(&intake.body)
    };
    let title = if intake.confidential { "（保密）".to_owned() } else { redact(&intake.title) };
    let all = [
        pair("编号", ticket.id.as_str()),
        pair("来电时刻", moment(intake.received_at)),
        pair("渠道、来电主体", format!("{}、{}", intake.channel.term(), intake.caller_kind.term())),
        pair("诉求类型", intake.matter_kind.term()),
        pair("分类", format!("{}（{}）", world.catalogue.category_name(&intake.category), intake.category)),
        pair("标题", title),
        pair("诉求内容", body),
        pair("属地", territory.map_or(intake.place.territory.as_str(), |territory| &territory.name)),
        // The building could tell who called.
        pair("街道、小区", format!("{} {}", intake.place.street, intake.place.estate).trim()),
        pair("紧急程度", ticket.urgency.term()),
        pair("状态", ticket.status().term()),
        pair("主办单位", lead.unwrap_or_default()),
    ];
    all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn history(html: &mut Html, file: &DisputeFile, known: &Known) {
    let records: Vec<DecisionRecord> = file.decisions.iter().map(|(_, record)| record.clone()).collect();
    let lines = timeline(&file.history, &records, known);
    let rows = lines.iter().map(|line| {
        let why = line.why.as_deref().map(|why| format!("（理由：{}）", redact(why))).unwrap_or_default();
        // The first line repeats the title.
        let what = match file.ticket.intake.confidential && line.sequence == 1 && line.kind == LineKind::Event {
            true => "登记诉求（保密）".to_owned(),
            false => redact(&line.what),
        };
        [line.sequence.to_string(), moment(line.at), line.who.clone(), format!("{what}{why}")]
    });
    html.table(["序号", "时刻", "谁", "做了什么"], &rows.collect::<Vec<_>>());
}

fn decision(html: &mut Html, file: &DisputeFile, stored: &StoredDecision, record: &DecisionRecord, world: &World) {
    let DecisionRecord { edition, call } = record;
    let origin = file.origins.get(&edition.component_digest);
    html.begin_part("decision");
    html.heading(3, &format!("第 {} 条：规则「{}」{}", stored.number, edition.title, edition.version));
    html.pairs(&[
        pair(
            "询问的起因",
            format!("第 {} 号事件「{}」，{}", call.event_sequence, call.event_kind.term(), moment(call.at)),
        ),
        pair("结果", outcome(&call.answer)),
        pair("用去", cost(record)),
    ]);
    match &call.answer {
        Answer::Proposals(judged) if !judged.is_empty() => {
            let rows = judged.iter().enumerate().map(|(place, (proposal, verdict))| {
                let what = redact(&plain(&proposed(&proposal.effect, world).chinese));
                [(place + 1).to_string(), what, redact(&plain(&proposal.reason)), told(verdict)]
            });
            html.table(["", "规则提议", "规则的理由", "核心的决定"], &rows.collect::<Vec<_>>());
        }
        Answer::Proposals(_) => {}
        Answer::Failed(failure) => html.paragraph("bad", &failed(failure)),
    }
    html.paragraph("", "规则当时看到的（只有它申请并获准的内容；未列出的，是未申请、未填写或不提供）：");
    match &call.input {
        Some(input) => html.pairs(&labelled(seen(input, world), origin)),
        None => html.paragraph("note", "未被询问，什么也没有看到。"),
    }
    if !edition.settings.is_empty() {
        html.paragraph("", "当时的设置：");
        html.pairs(&settings(edition, origin));
    }
    if !call.log.is_empty() {
        html.paragraph("", "规则写下的日志：");
        let rows: Vec<[String; 2]> = call.log.iter().map(|line| [line.level.clone(), line.text.clone()]).collect();
        html.table(["级别", "内容"], &rows);
    }
    html.paragraph("note", "依据：");
    html.pairs(&basis(stored, edition, origin, world));
    html.end_part();
}

fn outcome(answer: &Answer) -> String {
    match answer {
        Answer::Proposals(judged) if judged.is_empty() => "没有提议".into(),
        Answer::Proposals(judged) => {
            let accepted = judged.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Accepted { .. })).count();
            format!("提议 {} 项，采纳 {accepted} 项，未采纳 {} 项", judged.len(), judged.len() - accepted)
        }
        Answer::Failed(CallFailure::LoopGuard { .. }) => "未询问（循环保护）".into(),
        Answer::Failed(_) => "规则没有给出回答，工单照常办理".into(),
    }
}

fn failed(failure: &CallFailure) -> String {
    redact(&plain(&failure.words().chinese))
}

fn told(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accepted { events } if events.is_empty() => "采纳：原已如此，没有新的事件".into(),
        Verdict::Accepted { events } => {
            let events: Vec<String> = events.iter().map(u64::to_string).collect();
            format!("采纳：形成第 {} 号事件", events.join("、"))
        }
        Verdict::Refused(refusal) => format!("未采纳：{refusal}"),
    }
}

fn cost(DecisionRecord { call, .. }: &DecisionRecord) -> String {
    let (millis, hundredths) = (call.micros / 1000, call.micros % 1000 / 10);
    format!("算力 {}，{millis}.{hundredths:02} 毫秒，内存 {} KB", call.fuel, call.memory_bytes >> 10)
}

/// With what the manifest says of figures and extra fields.
fn labelled(lines: Vec<Pair>, origin: Option<&Origin>) -> Vec<Pair> {
    let Some(origin) = origin else { return lines };
    let meaning = |label: String| {
        let fact = origin.manifest.facts.iter().find(|fact| label == format!("事实「{}」", fact.name));
        fact.map_or(label, |fact| format!("事实：{}", figure(fact).chinese))
    };
    lines.into_iter().map(|(label, text)| (meaning(label), text)).collect()
}

fn settings(edition: &Edition, origin: Option<&Origin>) -> Vec<Pair> {
    let label = |name: &String| {
        let spec = origin.and_then(|origin| origin.manifest.settings.get(name));
        spec.map_or_else(|| name.clone(), |spec| format!("{}（{name}）", spec.title))
    };
    edition.settings.iter().map(|(name, value)| pair(label(name), show(value).chinese)).collect()
}

fn basis(stored: &StoredDecision, edition: &Edition, origin: Option<&Origin>, world: &World) -> Vec<Pair> {
    let placement = &edition.placement;
    let territory = world.catalogue.territory(&placement.territory);
    let territory = territory.map_or(placement.territory.as_str(), |known| &known.name);
    let signed = match origin {
        Some(origin) if !origin.signatures.is_empty() => {
            let of = origin.signatures.iter().map(|one| format!("{}（{} 登记）", one.key, moment(one.taken_in_at)));
            of.collect::<Vec<_>>().join("、")
        }
        _ if placement.signer.is_empty() => "没有登记签名".into(),
        _ => placement.signer.clone(),
    };
    vec![
        pair("启用", format!("{territory}，第 {} 次修订，{}", placement.revision, placement.stage.term())),
        pair("签名密钥", signed),
        pair("组件（代码）摘要", &*edition.component_digest),
        pair("接口版本", edition.interface.to_string()),
        pair("引擎摘要", &*edition.engine_digest),
        pair("版次摘要（代码、设置、引擎）", &*edition.digest),
        pair("本条链值", &*stored.hash),
    ]
}

fn proof(html: &mut Html, file: &DisputeFile) {
    html.paragraph(
        "",
        "每条决定记录带有一个链值，由记录的全部内容和上一条的链值算出；工单记有条数和最后一个链值。改动、删除、插入或调换任何一条，链值就接不上。\
         每天，全部工单的链尾再合成一个封存摘要，接在前一天的后面，并另存一份；整件工单被删除或整条链被重写，也对不上封存。",
    );
    if file.faults.is_empty() {
        html.paragraph(
            "good",
            &format!("本档生成时已核对：{} 条决定记录首尾相接，与工单所记一致。", file.decisions.len()),
        );
    }
    for fault in &file.faults {
        html.paragraph("bad", &format!("核对未通过：{fault}"));
    }
    if !file.decisions.is_empty() {
        let rows: Vec<[String; 3]> = file
            .decisions
            .iter()
            .map(|(one, record)| [one.number.to_string(), moment(record.call.at), one.hash.clone()])
            .collect();
        html.table(["第几条", "时刻", "链值"], &rows);
    }
    if file.seals.is_empty() {
        html.paragraph("note", "尚未封存：当天的决定在次日零时后封存。");
    } else {
        let seals = file.seals.iter().map(|(seal, count)| {
            [seal.number.to_string(), seal.day.to_string(), format!("第 1 至 {count} 条"), seal.digest.clone()]
        });
        html.table(["封存号", "日期", "覆盖本工单", "封存摘要"], &seals.collect::<Vec<_>>());
    }
    html.paragraph("", "怎样核对：请在装有本系统的电脑上，对数据库或其备份运行下列命令。第一条凭记录和组件把每个决定重新算一遍，逐位比对；第二条核对全部链值和封存；第三条与另行保存的封存比对。");
    html.command(&format!("chuishao replay --ticket {}", file.ticket.id));
    html.command("chuishao verify");
    html.command("chuishao seal compare 另存的封存文件");
}
