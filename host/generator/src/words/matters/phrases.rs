//! Phrases that fit every category.

use super::{Group, Leaf, Place, When, Words};
use chuishao_domain::ticket::MatterKind;

/// 标题, by the kind of matter.
pub(super) fn titles(kind: MatterKind) -> &'static [&'static str] {
    match kind {
        MatterKind::Complaint => &["{e}{b}{T}", "反映{e}{T}问题", "投诉{e}{T}", "{s}{e}{T}问题", "{e}居民反映{T}"],
        MatterKind::Help => &["{e}{b}{T}", "求助：{e}{T}", "{e}{T}请求处理", "{s}{e}{T}", "反映{e}{b}{T}问题"],
        MatterKind::Inquiry => &["咨询{T}有关规定", "{e}居民咨询{T}", "咨询{T}", "咨询{s}{T}问题"],
        MatterKind::Report => &["举报{e}{T}", "举报{s}{e}{T}", "反映{e}{T}，要求查处"],
        MatterKind::Suggestion => &["建议解决{e}{T}问题", "关于{T}的建议", "建议重视{s}{T}"],
        MatterKind::Praise => &["表扬{e}{T}处理及时", "感谢解决{e}{T}", "对{T}办理表示满意"],
    }
}

/// How a call begins.
pub(super) fn openings(kind: MatterKind, enterprise: bool) -> &'static [&'static str] {
    match (kind, enterprise) {
        (MatterKind::Report, _) => &["来电人举报，", "市民举报：", "来电人要求保密，举报", "来电人来电举报，"],
        (_, true) => &["企业来电反映，", "来电人代表企业反映，", "企业负责人来电称，", "某企业工作人员反映，"],
        (MatterKind::Complaint, _) => &["来电人反映，", "来电人投诉，", "市民来电反映，", "来电人称，", "来电人不满，"],
        _ => &["来电人反映，", "来电人求助，", "市民来电求助：", "来电人称，", "来电人着急地说，"],
    }
}

/// Where it is.
pub(super) fn places(place: Place, enterprise: bool) -> &'static [&'static str] {
    match (place, enterprise) {
        (Place::Live, true) => &["公司在{s}{e}附近，", "单位位于{s}，", "门店开在{e}旁，"],
        (Place::Home, true) => &["公司租用的{e}{b}", "{s}{e}{b}", "门店所在的{e}{b}"],
        (Place::Home, false) => &["{e}{b}", "{s}{e}{b}", "其居住的{e}{b}", "家住的{e}{b}", "{e}{b}，"],
        (Place::Estate, _) => &["{e}", "{s}{e}", "{e}院里", "{e}{b}前后", "{e}{b}旁边"],
        (Place::Near, _) => &[
            "{e}附近",
            "{e}门口",
            "{e}东侧",
            "{s}{e}旁边",
            "{e}北边",
            "{e}{b}对面",
            "{e}往南百来米处",
            "{e}西边路口附近",
        ],
        (Place::Live, false) => &["家住{e}{b}，", "其住在{s}{e}，", "作为{e}住户，", "在{e}居住，"],
        (Place::Shop, _) => &["在{e}附近一家店里", "在{s}一家商户", "在{c}", "在{e}门口的店里", "在{s}{e}旁的商场"],
        (Place::Work, _) => &["在{e}附近一处工地", "在{s}一家企业", "在{c}", "在{e}旁边一家厂里", "在{s}一个项目上"],
    }
}

/// Since when.
pub(super) fn times(when: When) -> &'static [&'static str] {
    match when {
        When::Lasting => &[
            "近{n}天",
            "最近一周",
            "近半个月来",
            "从上周开始",
            "自上个月起",
            "连续{n}天",
            "已有{n}个多月",
            "这几天",
            "近一个月",
            "前天开始",
            "这阵子",
            "{n}天前开始",
            "长期以来",
        ],
        When::Once => &[
            "上周",
            "前天",
            "昨天",
            "本月初",
            "上个月",
            "{n}天前",
            "约{n}个月前",
            "前几天",
            "上周末",
            "半个月前",
            "上周五",
            "今年",
        ],
        When::Sudden => &[
            "刚刚",
            "半小时前",
            "约{o}分钟前",
            "昨晚{h}时左右",
            "今天早上",
            "今天中午",
            "{n}个小时前",
            "今天凌晨",
            "傍晚",
            "一个小时前",
        ],
    }
}

/// What was tried before.
pub(super) fn tried(when: When) -> &'static [&'static str] {
    match when {
        When::Sudden => &[
            "已打{u}电话，说在排队。",
            "{u}的电话一直占线。",
            "联系过{u}，说要等人手。",
            "已告知{u}，{o}分钟了没见人来。",
            "邻居也给{u}打了电话。",
            "{u}让打热线报修。",
            "不知道该找谁，先打了热线。",
        ],
        _ => &[
            "已多次联系{u}，一直没有解决。",
            "向{u}反映过{n}次，没有结果。",
            "{u}答复会处理，至今没有动静。",
            "找过{u}，被告知不归他们管。",
            "{u}说正在研究，一拖再拖。",
            "上次打过热线，{u}来看过，过后依旧。",
            "给{u}打电话总是没人接。",
            "曾到{u}当面反映，对方互相推诿。",
            "{u}只让等通知。",
            "和{u}沟通过，态度敷衍。",
        ],
    }
}

/// Said in passing.
pub(super) const ASIDES: [&str; 10] = [
    "说了好几回也不顶用。",
    "邻居们都有意见。",
    "实在没办法了才打热线。",
    "来电人情绪比较激动。",
    "这事儿拖得人心烦。",
    "谁家摊上谁着急。",
    "来电人表示可以带路。",
    "来电人愿意提供照片。",
    "咱老百姓就想有个准信儿。",
    "要是再不管，还会接着打电话。",
];

/// How a wish ends.
pub(super) fn want_ends(when: When) -> &'static [&'static str] {
    match when {
        When::Sudden => &["。", "。", "，越快越好。", "，并及时告知进展。", "，来电人在现场等候。"],
        _ => &[
            "。",
            "。",
            "，并给予答复。",
            "，尽快回复来电人。",
            "，给个明确说法。",
            "，不要再拖。",
            "，并告知办理结果。",
        ],
    }
}

/// What anybody wants.
pub(super) fn wants(kind: MatterKind) -> &'static [&'static str] {
    match kind {
        MatterKind::Report => {
            &["希望依法查处，并为来电人保密。", "要求尽快到现场查看，严肃处理。", "希望查实后公开处理结果，注意保密。"]
        }
        _ => &[
            "希望相关部门尽快核实处理。",
            "希望有关部门协调解决，并给予答复。",
            "要求尽快处理，并告知处理结果。",
            "希望派人到现场看看，尽快解决。",
            "请有关单位尽快联系来电人。",
        ],
    }
}

/// How somebody begins to ask.
pub(super) const INQUIRY_OPENINGS: [&str; 5] =
    ["来电人咨询，", "市民来电咨询：", "来电人想了解政策，", "来电人来电询问，", "来电人打听，"];

/// What the question is about.
pub(super) const INQUIRY_TOPICS: [&str; 5] = [
    "想了解{T}方面的规定，",
    "因遇到{T}方面的事，想问",
    "关于{T}，想知道",
    "正为{T}的事发愁，请问",
    "就{T}一事想问清楚：",
];

/// What those who ask did before.
pub(super) const INQUIRY_TRIED: [&str; 6] = [
    "此前在网上查过，没有找到明确说明。",
    "问过{u}，说法不一。",
    "打{u}电话没有接通。",
    "邻居们的说法也各不相同。",
    "去过一趟，没有问明白。",
    "家里老人看不懂文件。",
];

/// What those who ask want.
pub(super) const INQUIRY_WANTS: [&str; 6] = [
    "希望有关部门答复。",
    "请专业人员给予解答。",
    "希望告知办理部门和联系方式。",
    "希望一次讲清楚，少跑腿。",
    "请回电说明。",
    "希望尽快给个准信。",
];

/// How a suggestion begins.
pub(super) const SUGGESTION_OPENINGS: [&str; 4] =
    ["来电人提建议：", "市民来电建议，", "热心市民反映，", "来电人关心城市管理，反映"];

/// What is suggested.
pub(super) const SUGGESTIONS: [&str; 8] = [
    "建议相关部门对{T}情况做一次全面排查。",
    "建议建立长效机制，避免{T}问题反复出现。",
    "建议把解决{T}问题列入民生实事。",
    "建议多听听居民意见，再定{T}的解决办法。",
    "建议加强巡查，把{T}问题解决在前头。",
    "建议公示{T}的处理进度，让大家监督。",
    "建议别处也查一查有没有{T}的情况。",
    "建议由社区牵头，定期商量{T}怎么解决。",
];

/// How praise begins.
pub(super) const PRAISE_OPENINGS: [&str; 4] =
    ["来电人来电表扬。此前", "来电人致谢：之前", "市民来电表示感谢，前些日子", "来电人表示满意，原先"];

/// What was done well.
pub(super) const PRAISED: [&str; 6] = [
    "反映后工作人员当天就到了现场，",
    "打过热线{n}天问题就解决了，",
    "承办人员前后来了{n}趟，耐心细致，",
    "工作人员冒雨处理，活儿干得利索，",
    "经办人主动打电话说明进度，",
    "几家单位一起来商量，没有推诿，",
];

/// Thanks.
pub(super) const THANKS: [&str; 5] =
    ["特来电表示感谢。", "希望给予表扬。", "居民们都很满意。", "为他们点赞。", "希望一直这样办下去。"];

/// Words for a category that has none of its own.
pub(super) static GENERAL: Group = Group {
    code: "",
    kinds: &[(MatterKind::Complaint, 6), (MatterKind::Help, 3), (MatterKind::Inquiry, 1)],
    place: Place::Estate,
    when: When::Lasting,
    asked: &["社区", "物业"],
    words: Words {
        details: &["给居民生活带来不便", "影响了很多住户", "大家都盼着解决"],
        wants: &["希望尽快核实解决", "希望协调有关单位处理"],
        questions: &["这类事项由哪个部门负责", "办理需要哪些材料"],
        done: &["已到现场核实并处理完毕", "已协调责任单位整改到位"],
        explained: &["该事项按现行规定暂不具备办理条件"],
        slow: &["情况较为复杂，需多个单位配合"],
    },
    leaves: &[Leaf {
        code: "",
        topic: "其他诉求",
        says: &["有一件影响生活的事一直没人管", "公共设施有问题，影响居民使用", "管理上有漏洞，居民意见很大"],
        words: Words::NONE,
    }],
};
