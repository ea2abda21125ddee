//! The rules of the articles as tables for people (`plugins/README.md`): situation, what the rule asked for,
//! what the core made of it. Printed by `plugin test --table`, so that it cannot say what is not so.

use super::chuishao;
use crate::server::components::plugin;
use chuishao_tests::{ARTICLE_RULES, root};
use std::fs;

const HEAD: &str = "# 文章里的本地规则 The rules of the articles\n\n\
    每个文件夹是一条规则：清单、代码、场景，和给决定是否启用的人看的一页说明（`README.md`）。下面是各条规则全部场景的结果：\
    发生了什么，规则提出什么、为什么，核心怎样处理。\n\n\
    Generated from `chuishao plugin test FOLDER --table FILE`. Do not edit; write it anew with \
    `CHUISHAO_BLESS=1 cargo test -p chuishao-tests --test all the_table_of_rules`.\n";

#[test]
fn the_table_of_rules_is_what_the_scenarios_come_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = HEAD.to_owned();
    for (name, _) in ARTICLE_RULES {
        plugin(name);
        let file = folder.path().join(name);
        let rule = root().join("plugins").join(name);
        let args = ["plugin", "test", &rule.to_string_lossy(), "--table", &file.to_string_lossy()];
        let (passed, said) = chuishao(&args);
        assert!(passed, "{said}");
        let bytes = fs::metadata(rule.join(name).with_extension("wasm")).expect("a component").len();
        assert!(bytes < 96 << 10, "{name} has {bytes} bytes");
        table += "\n";
        table += &fs::read_to_string(&file).expect("a table");
    }
    let page = root().join("plugins/README.md");
    if std::env::var_os("CHUISHAO_BLESS").is_some() {
        fs::write(&page, &table).expect("written");
    }
    let there = fs::read_to_string(&page).unwrap_or_default().replace('\r', "");
    assert!(there == table, "plugins/README.md is not what the scenarios come to: write it anew with CHUISHAO_BLESS=1");
}
