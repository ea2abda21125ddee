//! What a run came to, for a person at a terminal.

use super::columns::side_by_side;
use super::{Run, StepRun, StoryRun};
use chuishao_domain::narrate::moment;

pub fn print(run: &Run) {
    for story in &run.stories {
        println!("{}", title(story));
        for step in &story.steps {
            print_step(story, step);
        }
    }
    let micros: u128 = run.took.as_micros();
    let (stories, failed) = (run.stories.len(), run.failed());
    println!("{stories} 个场景，{failed} 步不符合预期（共 {}.{:03} 秒）", micros / 1_000_000, micros / 1000 % 1000);
}

/// The title with its case.
pub fn title(story: &StoryRun) -> String {
    match story.case.as_str() {
        "" => story.scenario.title.clone(),
        case => format!("{}〔{case}〕", story.scenario.title),
    }
}

fn print_step(story: &StoryRun, step: &StepRun) {
    let (sign, place) = match step.complaints.is_empty() {
        true => ("✓", String::new()),
        false => ("✗", format!("  {}:{}", story.file.display(), step.line)),
    };
    println!("  {sign} {} {}（算力 {}，{} 微秒）{place}", moment(step.at), step.what, step.fuel(), step.micros());
    for line in explained(step) {
        println!("      {line}");
    }
}

/// Every complaint of a step, a line each or more.
pub fn explained(step: &StepRun) -> Vec<String> {
    let mut lines = Vec::new();
    for complaint in &step.complaints {
        lines.push(format!("{} ({})", complaint.what, complaint.english));
        if !complaint.sides.is_empty() {
            lines.extend(side_by_side(&complaint.sides).into_iter().map(|line| format!("  {line}")));
        }
        lines.extend(complaint.more.iter().map(|line| format!("  {line}")));
    }
    lines
}

/// What the manifest declares and nothing used.
pub fn coverage(idle: &[String]) {
    if idle.is_empty() {
        println!("覆盖：清单声明的事件、效果、事实、设置、字段，场景都用到了");
    } else {
        println!("覆盖：清单声明了、场景没有用到的 {} 项 (declared, not exercised)：", idle.len());
        idle.iter().for_each(|line| println!("  {line}"));
    }
}
