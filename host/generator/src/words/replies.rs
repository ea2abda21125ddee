//! What reviewers, dispatchers, city departments and callers say while a ticket is handled.

use super::matters::slow;
use super::slots::composed;
use crate::dice::Dice;
use chuishao_domain::ids::CategoryCode;

/// 审核退回补充的原因.
pub fn supplement(dice: &mut Dice) -> String {
    composed(
        &[
            &[
                "答复内容过于笼统，",
                "未说明核查过程，",
                "未附现场照片，",
                "未写明与来电人联系情况，",
                "未逐项回应诉求，",
                "责任单位未明确，",
            ],
            &[
                "请补充处理前后对比照片。",
                "请写明具体措施和完成时间。",
                "请补充来电人对结果的意见。",
                "请说明政策依据和文件名称。",
                "请核实后重新报送。",
                "请补充现场核查时间和人员。",
                "请对第二项诉求补充答复。",
            ],
        ],
        dice,
    )
}

/// Why a unit hands a ticket back.
pub fn hand_back_reason(dice: &mut Dice) -> String {
    composed(
        &[
            &["经核实，", "经现场查看，", "对照职责清单，", "经与来电人核对，"],
            &[
                "该位置不在本辖区范围内",
                "该事项由县级主管部门负责",
                "该设施产权属其他单位",
                "诉求地点登记有误，实际在相邻街道",
                "该路段由公路部门养护",
                "涉及行政执法，本单位无执法权限",
                "该小区尚未移交，由建设单位管理",
                "该事项已由上级部门立案办理",
            ],
            &["，申请退回。", "，建议转主管部门办理。", "，请重新派单。", "，不属于本单位职责，申请退单。"],
        ],
        dice,
    )
}

/// What the dispatcher says to a ticket handed back.
pub fn hand_back_opinion(approved: bool, dice: &mut Dice) -> String {
    let lists: [&[&str]; 2] = if approved {
        [
            &["退单理由成立，", "经核对职责清单，情况属实，", "同意退回，", "地点已更正，"],
            &["重新派单。", "改派主管单位。", "已通知新的承办单位。", "转有管辖权的单位办理。"],
        ]
    } else {
        [
            &[
                "退单理由不充分，",
                "按照职责清单应由你单位办理，",
                "按首接负责的要求，",
                "该地点在你辖区内，",
                "按属地管理原则，",
            ],
            &[
                "不同意退回，请继续办理。",
                "请先行受理并协调有关单位。",
                "请按时办结。",
                "请牵头办理，需配合的可申请协办。",
            ],
        ]
    };
    composed(&lists, dice)
}

/// Why a unit asks for more time.
pub fn extension_reason(category: &CategoryCode, dice: &mut Dice) -> String {
    composed(
        &[
            &["", "经现场核查，", "目前正在办理，", "已开展前期工作，"],
            &[slow(category, dice)],
            &["，"],
            &[
                "无法在原定期限内办结，申请延期。",
                "需要更多时间，申请延期办理。",
                "为保证办理质量，申请延期。",
                "已告知来电人，申请延期。",
            ],
        ],
        dice,
    )
}

/// What is said to a request for more time.
pub fn extension_opinion(dice: &mut Dice) -> String {
    composed(
        &[
            &["情况属实，", "理由充分，", "经审核，", "确需时间，", "已核对办理进度，"],
            &[
                "同意延期，请抓紧办理。",
                "同意延期一次，到期须办结。",
                "同意，请及时向来电人说明。",
                "同意延期，请每周报告进展。",
            ],
        ],
        dice,
    )
}

/// 督促、指导、监督意见 of the city department.
pub fn supervision(dice: &mut Dice) -> String {
    composed(
        &[
            &[
                "请当日核实情况，",
                "请尽快到现场核查，",
                "请主要负责人过问，",
                "请对照行业规定办理，",
                "请会同有关单位研究，",
            ],
            &[
                "督促责任单位限期整改，",
                "依法依规处理，",
                "同类问题一并排查，",
                "逐项回应来电人诉求，",
                "落实整改措施和责任人，",
                "避免重复投诉，",
            ],
            &[
                "处理结果报市局。",
                "按时反馈。",
                "必要时市局派人指导。",
                "整改前后照片一并报送。",
                "做好与来电人的沟通。",
            ],
        ],
        dice,
    )
}

/// 来电人意见 in the follow-up call.
pub fn opinion(solved: bool, satisfied: bool, dice: &mut Dice) -> String {
    let lists: [&[&str]; 2] = match (solved, satisfied) {
        (true, true) => [
            &["问题已解决，", "已经处理好了，", "来人看过就修好了，", "比预想的快，"],
            &["表示满意。", "感谢工作人员。", "没有其他意见。", "希望继续保持。", "对办理态度满意。"],
        ],
        (true, false) => [
            &["问题虽然解决了，", "处理是处理了，", "结果认可，但"],
            &[
                "拖的时间太长，不满意。",
                "工作人员态度不好。",
                "来来回回打了好几次电话。",
                "没有人提前说一声。",
                "担心过几天又反复。",
            ],
        ],
        (false, true) => [
            &["问题还没有解决，", "暂时没有办成，", "还需要时间，"],
            &["但工作人员解释得清楚，表示理解。", "对办理态度满意。", "愿意再等等。", "认可承办单位的努力。"],
        ],
        (false, false) => [
            &["问题没有解决，", "没有人来过现场，", "答复与实际不符，", "只是打了个电话，", "修了没两天又坏了，"],
            &["不满意。", "要求重新办理。", "希望换个单位来处理。", "要求给出明确的时间。", "不认可答复内容。"],
        ],
    };
    composed(&lists, dice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_something_to_say() {
        for round in 0..500 {
            let mut dice = Dice::new(5, round);
            let said = [
                supplement(&mut dice),
                hand_back_reason(&mut dice),
                hand_back_opinion(round % 2 == 0, &mut dice),
                extension_reason(&"020402".into(), &mut dice),
                extension_opinion(&mut dice),
                supervision(&mut dice),
                opinion(round % 2 == 0, round % 3 == 0, &mut dice),
            ];
            for text in said {
                assert!((8..120).contains(&text.chars().count()) && text.ends_with('。'), "{text}");
                assert!(!text.contains('{'), "{text}");
            }
        }
    }
}
