//! The impact report over a generated year: seconds, tickets and calls of rules in a second, and the
//! most memory that the process had, for a rule of one county, a rule of one trade in the whole city,
//! and a rule that is asked about every ticket.

use super::{database, postgres};
use chuishao_domain::impact::ImpactReport;
use chuishao_server::store::Kind;
use chuishao_tests::chuishao;
use std::process::Command;
use std::time::{Duration, Instant};

/// How often the process is looked at.
const LOOK: Duration = Duration::from_millis(20);

pub async fn measure(on: Kind, cluster: &postgres::Cluster, tickets: u64) {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, url) = database(on, cluster, folder.path()).await;
    let data = folder.path().to_string_lossy().into_owned();
    chuishao(&["generate", "--database", &url, "--data", &data, "--tickets", &tickets.to_string()]);
    for name in ["heating-mode", "kuiwen-onsite-mediation"] {
        chuishao(&["plugin", "build", &format!("plugins/{name}")]);
    }
    let tried = [
        ("奎文区一条规则", "kuiwen-onsite-mediation", "370705"),
        ("全市供热一类", "heating-mode", "WF"),
        ("全市每件工单", "kuiwen-onsite-mediation", "WF"),
    ];
    println!("{tickets} tickets\tseconds\ttickets/s\tcalls\tcalls/s\tlargest MB");
    for (what, rule, territory) in tried {
        let file = folder.path().join("report.json");
        let component = chuishao_tests::root().join(format!("plugins/{rule}/{rule}.wasm"));
        let mut command = Command::new(chuishao_tests::binary());
        command.args(["impact", "--database", &url, "--data", &data, "--territory", territory]);
        command.args(["--from", "2024-01-01", "--until", "2025-01-01"]);
        command.arg("--candidate").arg(component).arg("--json").arg(&file);
        let started = Instant::now();
        let mut child = command.spawn().expect("it starts");
        let mut largest = 0;
        let status = loop {
            largest = largest.max(memory(child.id()));
            match child.try_wait().expect("it can be asked") {
                Some(status) => break status,
                None => std::thread::sleep(LOOK),
            }
        };
        assert!(status.success(), "{what}");
        let seconds = started.elapsed().as_secs_f64();
        let text = std::fs::read_to_string(&file).expect("a report");
        let sums = serde_json::from_str::<ImpactReport>(&text).expect("a report").sums;
        #[allow(clippy::cast_precision_loss, reason = "figures for people to read")]
        let (of_tickets, of_calls) = (sums.tickets as f64 / seconds, sums.calls as f64 / seconds);
        println!(
            "{what}：{} 件\t{seconds:.1}\t{of_tickets:.0}\t{}\t{of_calls:.0}\t{}",
            sums.tickets,
            sums.calls,
            largest >> 10
        );
    }
}

/// The most memory that a process ever had, in KiB; 0 when it is gone, or where that is not told.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
