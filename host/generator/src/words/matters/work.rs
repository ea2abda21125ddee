//! Wages, social insurance and employment.

use super::{Group, Leaf, Place, When, Words};
use chuishao_domain::ticket::MatterKind::{Complaint, Help, Inquiry, Praise, Report, Suggestion};

/// The groups, by code.
pub(super) static GROUPS: [Group; 3] = [
    // 工资支付/拖欠工资
    Group {
        code: "0501",
        kinds: &[(Complaint, 5), (Help, 5), (Report, 2)],
        place: Place::Work,
        when: When::Once,
        asked: &["用人单位", "劳动监察大队", "包工头"],
        words: Words {
            details: &["一家人等着钱过日子"],
            wants: &["希望劳动监察部门介入"],
            slow: &["用工单位负责人在外地，正约定时间调查"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "050101",
                topic: "农民工欠薪",
                says: &[
                    "干木工的工钱{w}万元没有结",
                    "干完活被拖欠农民工工资",
                    "钢筋班组{o}人的工钱没发",
                    "工程完工{n}个月，工钱还压着不给",
                ],
                words: Words {
                    details: &["老板电话打不通", "同去的还有{o}个工友", "有考勤记录和工资条"],
                    wants: &["希望帮助讨回工资", "希望尽快支付并说明时间"],
                    done: &[
                        "劳动监察人员约谈用工单位，所欠工资{w}万元已全部支付",
                        "已督促总包单位先行垫付，工人签字确认",
                    ],
                    explained: &["来电人与对方为承揽关系，建议向人民法院起诉"],
                    slow: &["工程量核对尚未完成，用工单位账目不全"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "050102",
                topic: "企业拖欠工资",
                says: &[
                    "上班，已{n}个月没发工资",
                    "离职后被扣着最后一个月工资",
                    "工资一拖再拖，只发生活费",
                    "年底绩效工资一直没有兑现",
                ],
                words: Words {
                    details: &["老板电话打不通", "同去的还有{o}个工友", "有考勤记录和工资条"],
                    wants: &["希望帮助讨回工资", "希望尽快支付并说明时间"],
                    done: &["劳动监察人员约谈用工单位，所欠工资{w}万元已全部支付", "单位出具分期支付计划，首期已到账"],
                    explained: &["双方对工资数额争议较大且无书面证据，已告知申请劳动仲裁"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "050103",
                topic: "加班费争议",
                says: &[
                    "每月加班{o}小时，没有加班费",
                    "节假日加班只给调休，不给加班费",
                    "被迫签自愿放弃加班费的承诺书",
                    "倒班夜班多，加班费没按标准发",
                ],
                words: Words {
                    details: &["老板电话打不通", "有考勤记录和工资条"],
                    wants: &["希望帮助讨回工资", "希望尽快支付并说明时间"],
                    done: &["单位出具分期支付计划，首期已到账"],
                    explained: &["双方对工资数额争议较大且无书面证据，已告知申请劳动仲裁"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "050104",
                topic: "克扣押金",
                says: &[
                    "入职时被收{y}元服装押金，离职不退",
                    "辞工后被扣{y}元培训费",
                    "迟到一次扣{y}元工资",
                    "没干满三个月，押金一分不退",
                ],
                words: Words {
                    wants: &["希望退还扣下的钱"],
                    done: &["用人单位已退还所扣款项"],
                    explained: &["双方对工资数额争议较大且无书面证据，已告知申请劳动仲裁"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 社会保障/社会保险
    Group {
        code: "1001",
        kinds: &[(Complaint, 4), (Help, 4), (Inquiry, 6)],
        place: Place::Live,
        when: When::Once,
        asked: &["社保窗口", "原单位"],
        words: Words {
            details: &["跑了{n}趟都没办成", "网上查不到记录"],
            wants: &["希望尽快核实并补办", "希望一次说清需要哪些材料"],
            slow: &["历史档案需人工查找"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "100101",
                topic: "单位不缴社保",
                says: &[
                    "发现单位一直没给交社保",
                    "入职{n}年，社保只交了半年",
                    "单位让签放弃社保的声明",
                    "单位按最低基数交社保，与工资不符",
                ],
                words: Words {
                    wants: &["希望督促单位补缴"],
                    questions: &["灵活就业人员怎么缴社保"],
                    done: &["已责令单位补缴社保{n}个月并到账"],
                    explained: &["补缴须提供当年劳动关系的原始材料，现有材料不足，不符合补缴条件"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "100102",
                topic: "养老待遇",
                says: &[
                    "办完退休，养老金比预想少了一截",
                    "到龄申请退休，养老金迟迟没有发放",
                    "去世老人的丧葬补助没有领到",
                    "养老资格认证没通过，养老金停发了",
                ],
                words: Words {
                    details: &["窗口让回原单位开证明，原单位早没了", "马上就要退休了，很着急"],
                    questions: &["养老金今年调整多少", "退休要提前多久申请"],
                    done: &["待遇已重新核定，差额随本月养老金补发"],
                    explained: &["养老金按本人缴费年限和指数核定，计算无误"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "100103",
                topic: "社保转移接续",
                says: &[
                    "从外省转回的社保关系一直没到账",
                    "办社保转移，两地互相推",
                    "换工作后社保断了{n}个月接不上",
                    "军龄没有计入社保缴费年限",
                ],
                words: Words {
                    details: &["窗口让回原单位开证明，原单位早没了", "马上就要退休了，很着急"],
                    questions: &["异地社保转移需要多久"],
                    done: &["已核实参保记录，缺失年限补记完成"],
                    explained: &["两地重复缴费期间须先清退一方，方可办理转移"],
                    slow: &["需向外地社保经办机构发函核实"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "100104",
                topic: "工伤认定",
                says: &[
                    "上班途中受伤，工伤认定没结果",
                    "工伤住院，单位不配合报销",
                    "鉴定结论出来{n}个月，工伤待遇没有支付",
                    "干活摔伤，单位不承认是工伤",
                ],
                words: Words {
                    questions: &["工伤认定要在多长时间内申请"],
                    done: &["已受理工伤认定申请并向单位发出举证通知"],
                    explained: &["事故发生已超过一年申请期限，依法不予受理"],
                    slow: &["工伤认定需单位举证，举证期未满"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 社会保障/就业创业
    Group {
        code: "1002",
        kinds: &[(Inquiry, 6), (Help, 4), (Complaint, 2), (Suggestion, 1), (Praise, 1)],
        place: Place::Live,
        when: When::Once,
        asked: &["人社窗口", "就业服务中心"],
        words: Words {
            details: &["材料交上去就没有消息", "政策文件看不大懂", "打电话没人说得清", "有别人办成了，自己却不行"],
            wants: &["希望告知进度", "希望按政策落实"],
            slow: &["需与税务、社保数据比对"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "100201",
                topic: "失业金申领",
                says: &[
                    "失业后申请失业金被退回",
                    "申请失业金{n}个月没到账",
                    "单位没报停保，失业金申请不了",
                    "领了{n}个月失业金突然停发",
                ],
                words: Words {
                    questions: &["失业金领取需要什么条件"],
                    done: &["失业金已审核通过，次月到账"],
                    explained: &["申请人社保缴纳不满一年，不符合失业金领取条件"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "100202",
                topic: "创业补贴",
                says: &[
                    "申请一次性创业补贴没有结果",
                    "创业担保贷款卡在担保环节",
                    "小店开了一年，创业补贴说没有名额",
                    "返乡创业，场租补贴不知道找谁",
                ],
                words: Words {
                    questions: &["创业补贴怎么申请", "高校毕业生有哪些就业补贴"],
                    done: &["已核对材料，补贴列入本批公示并拨付"],
                    explained: &["创业补贴当年度名额已满，可待下一批申报"],
                    slow: &["补贴须经联审和公示"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "100203",
                topic: "技能培训",
                says: &[
                    "报名技能培训班，交费后一直不开课",
                    "培训考试过了，职业证书没发",
                    "技能提升补贴申请被驳回",
                    "培训机构承诺包就业没有兑现",
                ],
                words: Words {
                    wants: &["希望推荐合适的岗位"],
                    questions: &["技能培训在哪里报名"],
                    done: &["已推荐{n}个岗位并协助面试"],
                    explained: &["补贴须在证书核发之日起一年内申请，来电人已逾期"],
                    slow: &["补贴须经联审和公示"],
                    ..Words::NONE
                },
            },
        ],
    },
];
