//! Plugins: keys, packages, rollouts, impact (插件).

use super::super::book::Door::To;
use super::super::book::{Book, doc};
use super::super::{impact, plugin_reviews, plugins};
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use chuishao_domain::account::action::Action;
use chuishao_domain::plugin::rollout::command::RolloutCommand;
use chuishao_domain::plugin::signer::SignerCommand;
use serde_json::Value;

/// Writes them down.
pub(super) fn write(book: Book) -> Book {
    book.at(
        "GET",
        "/v1/tickets/{id}/why",
        To(Action::ReadPlugins),
        get(plugins::why),
        doc("某插件对这件工单为何做了什么、为何没有动作").query::<plugins::WhyQuery>().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/signer-keys",
        To(Action::ReadPlugins),
        get(plugins::keys),
        doc("登记的签名密钥").answers::<Value>(200),
    )
    .at(
        "POST",
        "/v1/signer-keys/{id}/commands",
        To(Action::CommandPlugins),
        post(plugins::signer_command),
        doc("登记、吊销签名密钥").body::<SignerCommand>().once().answers::<Value>(200),
    )
    .at("GET", "/v1/packages", To(Action::ReadPlugins), get(plugins::packages), doc("插件包").answers::<Value>(200))
    .at(
        "POST",
        "/v1/packages",
        To(Action::CommandPlugins),
        post(plugins::hand_in).layer(DefaultBodyLimit::max(plugins::MOST_PACKAGE_BYTES)),
        doc("上传插件包（组件原文）")
            .query::<plugins::PackageQuery>()
            .raw_body("application/wasm")
            .header("Chuishao-Signature", "^[!-~]+ [!-~]+ [!-~]+$", "算法、密钥名称和签名，以空格分开")
            .once()
            .answers::<Value>(201),
    )
    .at("GET", "/v1/rollouts", To(Action::ReadPlugins), get(plugins::list), doc("插件发布").answers::<Value>(200))
    .at(
        "GET",
        "/v1/rollouts/{territory}/{plugin}",
        To(Action::ReadPlugins),
        get(plugins::show),
        doc("一个插件的状态和冲突").answers::<Value>(200).versioned(),
    )
    .at(
        "POST",
        "/v1/rollouts/{territory}/{plugin}/commands",
        To(Action::CommandPlugins),
        post(plugins::command),
        doc("提交、批准、影子、灰度、启用、回退、关闭等")
            .body::<RolloutCommand>()
            .once()
            .if_match()
            .answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/rollouts/{territory}/{plugin}/timeline",
        To(Action::ReadPlugins),
        get(plugins::timeline),
        doc("插件发布的留痕").answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/rollouts/{territory}/{plugin}/shadow",
        To(Action::ReadPlugins),
        get(plugins::shadow),
        doc("影子对照").query::<plugins::ShadowQuery>().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/rollouts/{territory}/{plugin}/reviews",
        To(Action::ReadPlugins),
        get(plugin_reviews::show),
        doc("定期研判为何有、为何没有，候选版次的试研判").query::<plugin_reviews::TriedQuery>().answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/rollouts/{territory}/{plugin}/health",
        To(Action::ReadPlugins),
        get(plugins::health),
        doc("各版次一小时内的询问和改动（各服务合计），在本服务上的调用、算力和失败")
            .answers::<Vec<crate::registry::guard::Health>>(200),
    )
    .at(
        "GET",
        "/v1/rollouts/{territory}/{plugin}/hanging",
        To(Action::ReadPlugins),
        get(plugins::hanging),
        doc("移除会留下什么").answers::<Value>(200),
    )
    .at(
        "GET",
        "/v1/rollouts/{territory}/{plugin}/impact",
        To(Action::ReadPlugins),
        get(impact::show),
        doc("影响评估的进度和结果").query::<impact::RunQuery>().answers::<Value>(200),
    )
    .at(
        "POST",
        "/v1/rollouts/{territory}/{plugin}/impact",
        To(Action::CommandPlugins),
        post(impact::begin),
        doc("开始影响评估").body::<impact::Wanted>().answers::<Value>(202),
    )
    .at(
        "POST",
        "/v1/rollouts/{territory}/{plugin}/impact/stop",
        To(Action::CommandPlugins),
        post(impact::stop),
        doc("停止影响评估").query::<impact::RunQuery>().answers_as(202, ""),
    )
}
