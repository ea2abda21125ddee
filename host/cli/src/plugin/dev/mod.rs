//! `plugin dev`: the author's workbench. Watches the folder, builds, plays the scenarios, and serves
//! a page on this machine alone that shows a ticket's story step by step and lets the author change
//! it: place, category, figures, settings, moment, and what is done.
//!
//! - this file: the loop that watches; [`mod@bench`]: what there is to be shown; [`play`]: a story
//!   played for the page; [`page`]: the page itself, over HTTP.

mod bench;
mod page;
mod play;

use super::files::fault;
use super::watch::{Changed, Changes, must_build};
use crate::Outcome;
use crate::serve::stop_signal;
use bench::Workbench;
use clap::Args;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

#[derive(Args)]
pub struct DevArgs {
    /// 插件目录
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// 页面的端口，只在本机可以打开；0 表示任选一个空闲的
    #[arg(long, default_value_t = 8123)]
    port: u16,
}

pub fn dev(args: &DevArgs) -> Outcome {
    let changes = Changes::of(&args.folder)?;
    let workbench = Arc::new(Workbench::new(&args.folder));
    tokio::runtime::Runtime::new()?.block_on(async {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
        let listener = TcpListener::bind(address).await.map_err(|error| {
            let words = format!("端口不能用：{error}；请加 --port 换一个，或先结束占用它的程序");
            fault("dev.port", &address.to_string(), words, "the port cannot be used")
        })?;
        let address = listener.local_addr()?;
        println!("请在浏览器打开 http://{address}（只有本机能打开），Ctrl-C 结束");
        let watched = workbench.clone();
        // It ends with the process: a thread that waits for files has nothing to put in order.
        std::thread::spawn(move || work(&watched, &changes));
        let server = axum::serve(listener, page::router(workbench, address));
        tokio::select! {
            served = server => served?,
            () = stop_signal() => {}
        }
        Ok(())
    })
}

/// Builds and plays at once and at every change.
fn work(workbench: &Workbench, changes: &Changes) {
    let mut changed = if must_build(workbench.folder()) { Changed::Source } else { Changed::Scenarios };
    loop {
        workbench.work(changed);
        println!("{}", workbench.summary());
        match changes.next(None) {
            Some(next) => changed = next,
            None => return,
        }
    }
}
