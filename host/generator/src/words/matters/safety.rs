//! Safety at work, fire hazards, identity papers and public order.

use super::{Group, Leaf, Place, When, Words};
use chuishao_domain::ticket::MatterKind::{Complaint, Help, Inquiry, Praise, Report, Suggestion};

/// The groups, by code.
pub(super) static GROUPS: [Group; 4] = [
    // 安全生产/隐患举报
    Group {
        code: "0901",
        kinds: &[(Report, 8), (Complaint, 3)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["社区", "企业负责人"],
        words: Words {
            details: &["一旦出事后果严重", "检查时关门，过后照旧", "工人没有任何防护", "附近就是居民区"],
            wants: &["希望尽快检查消除隐患", "希望依法查处并保密", "希望责令停产整改"],
            done: &["执法人员已检查，责令立即整改，复查合格", "已查封设备，立案处罚", "隐患已整改销号"],
            explained: &["企业证照齐全，未发现重大隐患，已要求加强管理"],
            slow: &["隐患整改须专家评估", "企业停产整改期限未到"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "090101",
                topic: "违规作业",
                says: &[
                    "工人高空作业不系安全带",
                    "有厂子无证动火作业，电焊火花乱溅",
                    "工地脚手架没有防护网就作业",
                    "有人在有限空间作业不通风",
                ],
                words: Words::NONE,
            },
            Leaf {
                code: "090102",
                topic: "危化品存放",
                says: &[
                    "民房里存放危化品，气味刺鼻",
                    "汽修店危化品油漆稀料乱堆",
                    "仓库里存放大量危化品桶，没有标志",
                    "有人私自储存柴油，当危化品倒卖",
                ],
                words: Words { explained: &["来电人反映的储罐为空罐，已做清洗置换"], ..Words::NONE },
            },
            Leaf {
                code: "090103",
                topic: "设备隐患",
                says: &[
                    "厂里的锅炉没有检验还在用",
                    "冲压设备防护罩拆了，存在隐患",
                    "塔吊基础积水，有倾斜隐患",
                    "游乐场设备老化，螺丝松动有隐患",
                ],
                words: Words::NONE,
            },
        ],
    },
    // 安全生产/消防隐患
    Group {
        code: "0902",
        kinds: &[(Complaint, 5), (Report, 6), (Suggestion, 1)],
        place: Place::Home,
        when: When::Lasting,
        asked: &["物业", "社区", "网格员"],
        words: Words {
            details: &["物业贴了通知没人听", "住的老人多，行动不便"],
            wants: &["希望开展检查并长期管理"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "090201",
                topic: "占用消防通道",
                says: &[
                    "消防通道停满私家车",
                    "消防通道被锁，钥匙不知在谁手里",
                    "消防通道砌了花坛",
                    "安全出口堆满货，消防通道走不通",
                ],
                words: Words {
                    details: &["真着了火跑都没处跑"],
                    wants: &["希望清理整治"],
                    done: &["社区会同物业清理完毕，畅通消防通道"],
                    explained: &["该处为小区内部道路，已施划禁停标线并由物业看管"],
                    slow: &["涉及住户较多，需逐户做工作"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "090202",
                topic: "楼道充电堆物",
                says: &[
                    "有人在楼道给电动车充电",
                    "楼道堆满纸箱旧家具",
                    "从楼上拉飞线下来给电动车充电",
                    "电动车天天推上楼道，插线板拖到门口",
                ],
                words: Words {
                    details: &["真着了火跑都没处跑", "充电时发烫，很吓人"],
                    wants: &["希望清理整治"],
                    done: &["已拆除飞线，引导到充电棚充电"],
                    explained: &["该楼架空层经验收可用于停放非机动车"],
                    slow: &["充电棚选址正征求居民意见"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "090203",
                topic: "消防设施损坏",
                says: &[
                    "消火栓打开没有水",
                    "灭火器过期{n}年没换",
                    "烟感报警器乱响，后来被关了",
                    "应急灯不亮，防火门关不上",
                ],
                words: Words {
                    details: &["真着了火跑都没处跑"],
                    wants: &["希望配齐消防设施"],
                    done: &["已补齐灭火器，修复消火栓"],
                    explained: &["消防设施维修须动用维修资金，业主表决未通过，已督促物业先行补充灭火器"],
                    slow: &["消防管网维修须申请维修资金"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "090204",
                topic: "烟花爆竹",
                says: &[
                    "有商店非法存放烟花爆竹",
                    "半夜{h}时还在楼下放烟花爆竹",
                    "有人在车库里囤烟花爆竹",
                    "禁放区里天天有人燃放烟花爆竹",
                ],
                words: Words {
                    wants: &["希望清理整治"],
                    done: &["已收缴非法存放的烟花爆竹并处罚"],
                    explained: &["该店持有零售许可，存放数量未超限"],
                    slow: &["涉及住户较多，需逐户做工作"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 公共安全/户籍证件
    Group {
        code: "1401",
        kinds: &[(Inquiry, 6), (Help, 4), (Complaint, 2), (Praise, 2)],
        place: Place::Live,
        when: When::Once,
        asked: &["派出所", "户籍窗口"],
        words: Words {
            details: &["请假跑了{n}趟", "窗口说法前后不一", "网上预约一直约不上"],
            wants: &["希望告知需要的材料", "希望协调尽快办理", "希望简化手续"],
            done: &["派出所已主动联系，当日办结", "已告知材料清单，来电人补齐后办理完毕"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "140101",
                topic: "落户迁移",
                says: &[
                    "办户口迁移被要求回原籍开证明",
                    "给孩子落户，说缺材料",
                    "买房后申请落户没有批下来",
                    "婚后迁户口，两地派出所说法不一",
                ],
                words: Words {
                    details: &["孩子上学急用"],
                    questions: &["孩子落户需要什么材料", "外地人买房能不能落户"],
                    explained: &["落户须房屋产权人同意，建议先取得书面同意"],
                    slow: &["需向原户籍地派出所发函", "档案年代久远，正在查找"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "140102",
                topic: "身份证件",
                says: &[
                    "办身份证，{n}周没拿到",
                    "身份证名字有生僻字，系统打不出来",
                    "老人卧床，没法去拍身份证照片",
                    "异地补办身份证，照片没有通过",
                ],
                words: Words {
                    details: &["孩子上学急用"],
                    questions: &["身份证丢了怎么补办"],
                    done: &["已为行动不便老人上门办证"],
                    explained: &["更改年龄须提供原始档案凭证，现有材料不符合规定"],
                    slow: &["档案年代久远，正在查找"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "140103",
                topic: "出入境居住证",
                says: &[
                    "申请居住证{n}周没有进展",
                    "护照到期换发，约不上号",
                    "居住证丢失，补办要原单位证明",
                    "办港澳通行证，指纹采集不上",
                ],
                words: Words {
                    questions: &["居住证多久能办下来"],
                    explained: &["受理后按法定期限审批，目前仍在期限内"],
                    slow: &["资料正在上级机关审核"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 公共安全/治安案件
    Group {
        code: "1402",
        kinds: &[(Complaint, 5), (Report, 4), (Help, 4), (Praise, 2)],
        place: Place::Estate,
        when: When::Lasting,
        asked: &["派出所", "物业"],
        words: Words {
            details: &["住户都人心惶惶"], wants: &["希望加强巡逻", "希望依法处理"], ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "140201",
                topic: "盗窃诈骗",
                says: &[
                    "电动车电瓶被盗，已是第{n}起",
                    "老人被诈骗，转走{w}万元",
                    "快递放在门口屡次被盗",
                    "有人冒充客服诈骗，骗了{y}元",
                ],
                words: Words {
                    details: &["报过警还没有结果", "监控正好是坏的"],
                    wants: &["希望尽快破案"],
                    done: &["派出所已立案侦查，抓获嫌疑人并追回部分财物"],
                    explained: &["该案因证据不足尚不符合立案条件，已书面告知来电人"],
                    slow: &["案件正在侦办，需调取外地监控"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "140202",
                topic: "寻衅滋事",
                says: &[
                    "喝醉的人在楼下打砸滋事",
                    "有人深夜砸门辱骂滋事",
                    "一伙人收保护费滋事",
                    "邻里纠纷动手，把人打伤滋事",
                ],
                words: Words {
                    details: &["报过警还没有结果", "监控正好是坏的", "晚上都不敢一个人走"],
                    wants: &["希望尽快破案"],
                    done: &["民警已调解处理，增加夜间巡逻"],
                    explained: &["属债务纠纷，不属于公安机关管辖，建议诉讼"],
                    slow: &["伤情鉴定意见未出"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "140203",
                topic: "违规养犬",
                says: &[
                    "大型犬不拴绳，追咬孩子",
                    "有人违规养犬，已经咬伤{n}人",
                    "流浪犬成群，有人投喂不管",
                    "养犬不清理粪便，走路都要看脚下",
                ],
                words: Words {
                    done: &["已约谈犬主，办理犬证并约束犬只"],
                    explained: &["该犬已办证且品种不在禁养之列，已提醒拴绳"],
                    slow: &["流浪犬捕捉需协调专业队伍"],
                    ..Words::NONE
                },
            },
        ],
    },
];
