//! Water, power and gas as services: quality, pressure, bills, meters.

use super::{Group, Leaf, Place, When, Words};
use chuishao_domain::ticket::MatterKind::{Complaint, Help, Inquiry, Praise, Suggestion};

/// The groups, by code.
pub(super) static GROUPS: [Group; 5] = [
    // 供水/水质水压
    Group {
        code: "1101",
        kinds: &[(Complaint, 5), (Help, 5), (Inquiry, 1), (Praise, 1)],
        place: Place::Home,
        when: When::Lasting,
        asked: &["供水公司", "物业"],
        words: Words { slow: &["老旧供水管须整体更换"], ..Words::NONE },
        leaves: &[
            Leaf {
                code: "110101",
                topic: "水质浑浊",
                says: &["自来水发黄，放半天也不清", "水里有黑色颗粒", "烧开水一层白色水垢", "自来水有漂白粉味"],
                words: Words {
                    details: &["做饭都不敢用", "只能买桶装水", "孩子皮肤起了疹子"],
                    wants: &["希望检测水质并公布"],
                    questions: &["自来水水质报告在哪里看"],
                    done: &["已取样检测合格，并冲洗管道"],
                    explained: &["经检测各项指标符合生活饮用水标准，水垢为硬度偏高所致"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "110102",
                topic: "水压不足",
                says: &[
                    "高层水压太低，热水器打不着火",
                    "早晚高峰水流像线一样细",
                    "六楼以上水压不够，马桶都冲不了",
                    "一到用水高峰就没压力",
                ],
                words: Words {
                    details: &["洗澡洗到一半没水"],
                    wants: &["希望提高水压"],
                    questions: &["水压标准是多少"],
                    done: &["已调高泵房压力，六楼用水正常"],
                    explained: &["该楼水压达到服务压力标准，建议清洗户内过滤网"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "110103",
                topic: "二次供水",
                says: &[
                    "二次供水水箱多年没洗过",
                    "加压泵坏了，时有时无",
                    "二次供水泵房漏水，噪声也大",
                    "二次供水要另收加压费",
                ],
                words: Words {
                    details: &["一停就是大半天"],
                    wants: &["希望清洗水箱"],
                    questions: &["二次供水由谁管理"],
                    done: &["已清洗消毒水箱，水质清澈"],
                    explained: &["二次供水设施由物业管理，加压费已包含在物业合同内"],
                    slow: &["泵房改造方案正在审批"],
                },
            },
        ],
    },
    // 供水/水费水表
    Group {
        code: "1102",
        kinds: &[(Complaint, 5), (Help, 3), (Inquiry, 4)],
        place: Place::Live,
        when: When::Once,
        asked: &["供水公司", "抄表员"],
        words: Words {
            details: &["客服说让自己查"],
            wants: &["希望安排整改"],
            questions: &["农村自来水收费标准是多少"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "110201",
                topic: "水费异常",
                says: &[
                    "收到水费账单突然多出{y}元",
                    "一个月水费顶平时{n}倍",
                    "没有人住，水费还在走",
                    "换表后水费一下翻番",
                ],
                words: Words {
                    details: &["家里平时就两口人", "表后也没有发现漏水", "担心欠费影响用水"],
                    wants: &["希望重新核算水费"],
                    questions: &["阶梯水价怎么划分"],
                    done: &["已上门核查校验，多收水费{y}元已退还"],
                    explained: &[
                        "水表经检定合格，用水量增加系马桶漏水所致，已告知检修",
                        "阶梯水价按年累计，年末进入第二阶梯属正常",
                    ],
                    slow: &["水表送检结果尚未出具"],
                },
            },
            Leaf {
                code: "110202",
                topic: "水表故障",
                says: &["发现水表不用水也转", "水表冻裂，报修没人来", "智能水表没电，关阀停水", "水表井被埋，一直估抄"],
                words: Words {
                    wants: &["希望上门核查水表"],
                    questions: &["水表多久换一次"],
                    done: &["已更换水表并核减水费"],
                    explained: &["水表检定合格，不用水时转动系户内渗漏"],
                    slow: &["水表送检结果尚未出具"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "110203",
                topic: "开户通水",
                says: &[
                    "申请自来水开户没人受理",
                    "新房交钱{n}个月没通水",
                    "村里改水，只剩几户没接上",
                    "自来水过户被要求先补欠费",
                ],
                words: Words {
                    wants: &["希望尽快开户通水"],
                    questions: &["水表过户要带什么"],
                    done: &["已办理户表改造，开户通水"],
                    explained: &["该处不在现有管网覆盖范围"],
                    slow: &["户表改造须按批次实施"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 供电/电费电表
    Group {
        code: "1201",
        kinds: &[(Complaint, 5), (Inquiry, 5), (Help, 3)],
        place: Place::Live,
        when: When::Once,
        asked: &["供电所", "营业厅"],
        words: Words {
            details: &["营业厅让等通知", "邻居家也有同样情况"], wants: &["希望解释清楚"], ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "120101",
                topic: "电费异常",
                says: &[
                    "收到电费单，一个月{y}元，高得离谱",
                    "出门半个月电费照涨",
                    "电费扣了两次",
                    "阶梯电价算错，电费多收",
                ],
                words: Words {
                    details: &["家里电器没有增加", "手机上看不到明细"],
                    wants: &["希望核查电表和电费"],
                    questions: &["阶梯电价怎么算", "峰谷电怎么申请", "多人口家庭电量怎么增加"],
                    done: &["已现场校验电表合格，并讲解电费构成", "已退补电费{y}元"],
                    explained: &["电表校验合格，电量增加与空调使用有关"],
                    slow: &["电表送检须五个工作日"],
                },
            },
            Leaf {
                code: "120102",
                topic: "电表更换",
                says: &[
                    "被通知换电表，没有当面抄底数",
                    "换了智能表后跑得快",
                    "电表箱门坏了，雨水进去",
                    "电表和邻居家装反了",
                ],
                words: Words {
                    wants: &["希望核查电表和电费"],
                    questions: &["电表轮换要不要住户签字"],
                    done: &["已现场校验电表合格，并讲解电费构成"],
                    explained: &["电表校验合格，电量增加与空调使用有关"],
                    slow: &["电表送检须五个工作日"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "120103",
                topic: "充电桩报装",
                says: &[
                    "申请装充电桩，物业不盖章",
                    "充电桩报装{n}周没有答复",
                    "充电桩装表被告知容量不够",
                    "申请充电桩，要求先买车位",
                ],
                words: Words {
                    wants: &["希望尽快办理"],
                    questions: &["电动车充电桩报装要什么材料"],
                    done: &["充电桩已装表接电"],
                    explained: &["小区车位无产权证明，按规定须物业盖章同意"],
                    slow: &["小区变压器容量不足，须先增容"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 供电/供电设施
    Group {
        code: "1202",
        kinds: &[(Complaint, 4), (Help, 6), (Suggestion, 1)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["供电所", "村委"],
        words: Words { details: &["反映过没人来看"], slow: &["停电施工须提前公告"], ..Words::NONE },
        leaves: &[
            Leaf {
                code: "120201",
                topic: "电压不稳",
                says: &[
                    "电压低，空调带不起来",
                    "灯忽明忽暗，烧坏了{n}件电器",
                    "一到晚上电压就不稳",
                    "浇地时电压低，水泵转不动",
                ],
                words: Words {
                    details: &["影响家里电器使用"],
                    wants: &["希望增容改造"],
                    done: &["变压器已增容，电压稳定"],
                    explained: &["该台区已列入农网改造计划"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "120202",
                topic: "线路老化",
                says: &[
                    "电线外皮老化，裸露铜线",
                    "低压线垂下来，伸手就能碰到",
                    "电线和通信线缠成一团",
                    "线路穿过树冠，一刮风打火",
                ],
                words: Words {
                    details: &["刮风下雨让人害怕"],
                    wants: &["希望尽快整改消除隐患"],
                    done: &["已更换线路和杆塔，隐患消除", "已现场整理捆扎并加绝缘护套"],
                    explained: &["该台区已列入农网改造计划"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "120203",
                topic: "电杆变压器",
                says: &[
                    "电线杆倾斜，底部开裂",
                    "变压器离窗户太近，嗡嗡响",
                    "电线杆立在路中间，妨碍通行",
                    "变压器围栏坏了，孩子能钻进去",
                ],
                words: Words {
                    details: &["刮风下雨让人害怕", "孩子常在下面玩"],
                    wants: &["希望迁移位置"],
                    done: &["已现场整理捆扎并加绝缘护套"],
                    explained: &["杆线位置符合规程安全距离，迁移须由申请方承担费用"],
                    slow: &["迁改方案须与产权单位协商"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 燃气/用气服务
    Group {
        code: "1501",
        kinds: &[(Complaint, 5), (Help, 4), (Inquiry, 4)],
        place: Place::Live,
        when: When::Once,
        asked: &["燃气公司", "燃气营业厅"],
        words: Words { details: &["线上显示已完成，实际没人上门"], ..Words::NONE },
        leaves: &[
            Leaf {
                code: "150101",
                topic: "燃气开通",
                says: &[
                    "申请开通燃气{n}周没人上门",
                    "入住后燃气管道没通气",
                    "村里煤改气，只通了一半",
                    "过户后燃气卡用不了",
                ],
                words: Words {
                    details: &["装修都完了就差这一步", "约好的时间没有人来"],
                    wants: &["希望尽快安排上门"],
                    questions: &["燃气开户需要什么材料"],
                    done: &["燃气公司已上门通气点火"],
                    explained: &["申请用户尚未完成户内验收，暂不能通气"],
                    slow: &["庭院管网尚未验收", "通气须集中置换，等候同批用户"],
                },
            },
            Leaf {
                code: "150102",
                topic: "燃气收费",
                says: &[
                    "改一段燃气管道收{y}元",
                    "燃气表换新后气费翻倍",
                    "被强制买指定品牌报警器{y}元",
                    "燃气预存的钱显示没有到账",
                ],
                words: Words {
                    details: &["价格也没有公示"],
                    wants: &["希望公开收费标准"],
                    questions: &["燃气价格是怎么定的"],
                    done: &["多收费用{y}元已退还"],
                    explained: &["管道燃气安装费按备案标准收取，现场改管为有偿服务"],
                    slow: &["需核对上门服务记录"],
                },
            },
            Leaf {
                code: "150103",
                topic: "燃气安检",
                says: &[
                    "收到燃气安检不合格通知，不说哪里不合格",
                    "几年没人来做燃气安检",
                    "安检员上门推销燃气软管",
                    "安检后燃气表漏气标识没人处理",
                ],
                words: Words {
                    wants: &["希望重新安检"],
                    questions: &["燃气软管多久换一次", "燃气安检多久一次"],
                    done: &["已上门安检并更换到期软管"],
                    explained: &["安检发现隐患未整改前，按规程不能供气"],
                    slow: &["需核对上门服务记录"],
                    ..Words::NONE
                },
            },
        ],
    },
];
