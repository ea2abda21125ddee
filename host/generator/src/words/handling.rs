//! What the handling unit writes: what it grasped, what was said to the caller, what it did.

use super::matters::{done, explained, slow};
use super::slots::{Slots, composed, say};
use crate::dice::Dice;
use chuishao_domain::ids::CategoryCode;

/// What the crew found, by the kind of failure.
const FOUND: [(&str, [&str; 5]); 4] = [
    (
        "0401",
        [
            "查明为供水支管老化破裂",
            "确认主管接口脱开，水量较大",
            "现场为施工碰断供水管",
            "查明阀门井内法兰漏水",
            "判断为管道受冻开裂",
        ],
    ),
    (
        "0402",
        [
            "查明为变压器跌落式熔断器烧断",
            "确认低压电缆中间接头烧毁",
            "现场为大风刮断导线",
            "查明为集中表箱总开关损坏",
            "判断为线路过负荷跳闸",
        ],
    ),
    (
        "0403",
        [
            "检测到燃气浓度超标，漏点在立管接口",
            "查明为灶前软管老化漏气",
            "确认挖掘作业碰伤中压燃气管",
            "检测为阀门井内阀门微漏",
            "查明为表后接头松动",
        ],
    ),
    (
        "0404",
        [
            "查明为二次管网腐蚀穿孔",
            "确认楼内供热立管开裂",
            "现场为一次管网补偿器泄漏",
            "查明换热站循环泵跳停",
            "判断为供热阀门密封失效",
        ],
    ),
];
const ARRIVED: [&str; 5] = [
    "抢修人员接报后{o}分钟到达现场，",
    "已派{n}人到场，",
    "值班人员已与来电人通话并赶到现场，",
    "三方通话后抢修车{o}分钟到位，",
    "已到现场排查，",
];
const SECURED: [&str; 5] =
    ["已关闭相关阀门和开关，", "现场已设警戒，", "已做临时隔离，", "已通知受影响的住户，", "影响约{o}户，已告知物业，"];
const OUTLOOK: [&str; 6] = [
    "预计{n}小时内修复。",
    "正在开挖抢修，预计今晚恢复。",
    "所需材料已运到，正在更换。",
    "已安排夜间连续作业，一个工作日内办结。",
    "无人员受伤，正在抢修。",
    "抢修方案已定，随时通报进度。",
];

/// 掌握情况 of an urgent failure.
pub fn grasp(category: &CategoryCode, dice: &mut Dice) -> String {
    let code = category.as_str();
    let found = FOUND.iter().find(|(group, _)| code.starts_with(group));
    let found: &[&str] = found.map_or(&["已核实来电人反映的情况"], |(_, found)| found);
    composed(&[&ARRIVED, found, &["，"], &SECURED, &OUTLOOK], dice)
}

/// 联系来电人: what was said, without names.
pub fn contact(dice: &mut Dice) -> String {
    composed(
        &[
            &[
                "已电话联系来电人，",
                "承办人员与来电人通话，",
                "已与来电人当面沟通，",
                "已回电来电人，",
                "上门与来电人见面，",
            ],
            &[
                "核对了诉求内容，",
                "了解了具体位置和经过，",
                "问明了发生时间和频次，",
                "听取了来电人的想法，",
                "补充了现场情况，",
                "就分歧之处做了说明，",
            ],
            &[
                "告知将在{n}天内到现场处理。",
                "约定明天上午到现场查看。",
                "来电人表示愿意配合。",
                "说明了办理步骤和时限。",
                "来电人提供了照片，情况已清楚。",
                "来电人希望处理后再通一次电话。",
                "来电人表示理解，等候处理。",
            ],
        ],
        dice,
    )
}

const CHECKED: [&str; 7] = [
    "接到工单后，工作人员当日到现场核实，",
    "经核查，来电人反映情况属实，",
    "经现场查看并走访周边住户，",
    "我单位高度重视，立即安排专人核查，",
    "经与来电人现场确认，",
    "会同有关单位现场办公，",
    "经调查核实，",
];
const CHECKED_AGAIN: [&str; 6] = [
    "针对来电人再次反映的问题，重新到现场核查，",
    "二次办理中由负责人带队到现场，",
    "对上次办理中的遗留问题重新梳理，",
    "再次核查发现前次处理不彻底，",
    "重新办理期间，与来电人两次见面，",
    "经复核，上次措施未能根治，",
];
const SOLVED_ENDS: [&str; 7] = [
    "已将结果告知来电人。",
    "来电人对结果表示认可。",
    "后续将加强巡查，防止反弹。",
    "已拍照留存并上传。",
    "已纳入日常管理，安排专人跟进。",
    "如有反复，来电人可直接联系承办科室。",
    "问题现已解决。",
];
const PART_DONE: [&str; 5] = [
    "已先行采取临时措施",
    "已对能当场整改的部分完成整改",
    "已与责任单位商定处理办法",
    "已发出整改通知",
    "已列入台账跟踪",
];
const UNSOLVED_ENDS: [&str; 6] = [
    "暂未能彻底解决，已向来电人说明原因。",
    "下一步将持续推进，有进展及时告知来电人。",
    "来电人对处理时间有意见，将继续沟通。",
    "目前双方未达成一致，已告知其他解决途径。",
    "计划{n}周内完成，届时回访。",
    "短期内难以完全解决，已做好解释。",
];

/// 办理情况 of the unit's report; `again` in a second handling.
pub fn result(category: &CategoryCode, solved: bool, again: bool, dice: &mut Dice) -> String {
    let checked: &[&str] = if again { &CHECKED_AGAIN } else { &CHECKED };
    if solved {
        composed(&[checked, &[done(category, dice)], &["。"], &SOLVED_ENDS], dice)
    } else {
        composed(&[checked, &PART_DONE, &["。因"], &[slow(category, dice)], &["，"], &UNSOLVED_ENDS], dice)
    }
}

/// 解释办结: what the caller was told.
pub fn explanation(category: &CategoryCode, dice: &mut Dice) -> String {
    composed(
        &[
            &["经核查，", "经查阅有关规定并核实，", "经现场核实和研究，", "承办单位答复："],
            &[explained(category, dice)],
            &["。"],
            &[
                "已向来电人逐条解释，",
                "已电话说明政策依据，",
                "已当面出示有关文件并解释，",
                "已告知来电人可以走的其他途径，",
            ],
            &[
                "来电人表示知悉。",
                "来电人仍有异议，已做记录。",
                "并留下咨询电话。",
                "来电人表示理解。",
                "建议按解释办结。",
            ],
        ],
        dice,
    )
}

/// Why a required field stayed empty.
pub fn unanswered(dice: &mut Dice) -> String {
    let mut text = String::with_capacity(96);
    let reasons = [
        "来电人不清楚",
        "来电人不愿提供",
        "来电人在外地，无法查看",
        "来电人替家人反映，不了解详情",
        "通话中断，再拨未接",
        "来电人表示到现场再说",
        "来电人年纪大，说不上来",
        "手边没有票据，稍后补报",
    ];
    say(&mut text, &reasons, Slots::NONE, dice);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use chuishao_domain::World;
    use std::collections::BTreeSet;

    #[test]
    fn every_category_has_results() {
        let world = World::weifang();
        let mut dice = Dice::new(3, 3);
        for category in world.catalogue.categories() {
            for (solved, again) in [(true, false), (false, false), (true, true), (false, true)] {
                let text = result(&category.code, solved, again, &mut dice);
                assert!((20..160).contains(&text.chars().count()) && !text.contains('{'), "{text}");
            }
            let text = explanation(&category.code, &mut dice);
            assert!((20..200).contains(&text.chars().count()) && !text.contains('{'), "{text}");
        }
    }

    #[test]
    fn failures_are_grasped_in_their_own_words() {
        let mut dice = Dice::new(3, 4);
        let texts: BTreeSet<String> = (0..200).map(|_| grasp(&"040301".into(), &mut dice)).collect();
        assert!(texts.len() > 100, "{}", texts.len());
        let found = &FOUND[2].1;
        assert!(texts.iter().all(|text| found.iter().any(|found| text.contains(found))));
        assert!(!grasp(&"0104".into(), &mut dice).is_empty());
        let told: BTreeSet<String> = (0..300).map(|_| contact(&mut dice)).collect();
        assert!(told.len() > 120, "{}", told.len());
        assert!(!unanswered(&mut dice).is_empty());
    }
}
