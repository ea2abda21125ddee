//! The environment: air, water and dust.

use super::{Group, Leaf, Place, When, Words};
use chuishao_domain::ticket::MatterKind::{Complaint, Praise, Report, Suggestion};

/// The groups, by code.
pub(super) static GROUPS: [Group; 3] = [
    // 生态环境/大气污染
    Group {
        code: "1301",
        kinds: &[(Complaint, 6), (Report, 5)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["厂家", "环保所"],
        words: Words {
            details: &["窗户不敢开", "老人咳嗽不止"],
            wants: &["希望查处并公布结果", "希望责令整改"],
            done: &["已立案查处，火点扑灭"],
            explained: &["检查时未发现排放，已列入重点巡查"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "130101",
                topic: "工业废气",
                says: &[
                    "工厂夜里排放刺鼻的废气",
                    "烟囱冒黄烟，有臭鸡蛋味",
                    "喷漆车间没有处理，废气直排",
                    "塑料颗粒厂废气熏得人头疼",
                ],
                words: Words {
                    details: &["晚上更明显", "检查的人一走又开始排"],
                    wants: &["希望夜间突击检查"],
                    done: &["执法人员夜查，责令停产整改"],
                    explained: &["企业在线监测数据达标，异味为原料正常气味，已要求加强密闭"],
                    slow: &["废气检测报告尚未出具", "企业治污设施正在安装调试"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "130102",
                topic: "餐饮油烟",
                says: &[
                    "饭店油烟直排到居民窗口",
                    "烧烤店没装净化器，油烟呛人",
                    "楼下早餐店油烟顺着楼道往上窜",
                    "食堂排烟口对着教室，油烟很大",
                ],
                words: Words {
                    details: &["检查的人一走又开始排"],
                    done: &["已安装油烟净化设施，复测达标"],
                    slow: &["企业治污设施正在安装调试"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "130103",
                topic: "露天焚烧",
                says: &["有人露天焚烧垃圾", "地里焚烧秸秆，烟雾很大", "废品站烧电线，黑烟滚滚", "绿化工人焚烧落叶"],
                words: Words {
                    details: &["晚上更明显"],
                    wants: &["希望夜间突击检查"],
                    done: &["火点已扑灭，当事人被依法处罚"],
                    slow: &["焚烧人员身份正在核实"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 生态环境/水体污染
    Group {
        code: "1302",
        kinds: &[(Complaint, 6), (Report, 5), (Praise, 1)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["村委", "环保所"],
        words: Words {
            details: &["浇地都不敢用"],
            wants: &["希望查清污染源头", "希望取样化验", "希望治理恢复"],
            slow: &["水样化验结果未出", "溯源排查涉及上下游多个单位"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "130201",
                topic: "河道黑臭",
                says: &["河水发黑发臭", "河面漂满垃圾和死鱼", "沟里的水绿得发稠，气味难闻", "桥下河道黑臭，淤泥很厚"],
                words: Words {
                    details: &["鱼都翻肚子了", "颜色一天一个样"],
                    done: &["已清淤补水，复测水质达标"],
                    explained: &["经取样检测水质符合功能区标准，变色为藻类繁殖", "该沟渠为农田退水，已协调定期清淤"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "130202",
                topic: "企业排污",
                says: &[
                    "有企业往沟里排红色污水",
                    "夜里罐车偷倒废水",
                    "作坊洗桶水直接排污进雨水井",
                    "印染作坊排污口藏在草丛里",
                ],
                words: Words {
                    details: &["鱼都翻肚子了", "颜色一天一个样", "下雨天偷排更厉害"],
                    done: &["已封堵排口，追查到排污单位并立案"],
                    explained: &["经取样检测排水符合纳管标准"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "130203",
                topic: "养殖污染",
                says: &[
                    "养猪场粪水流进河里",
                    "养鸡场气味大，粪便露天堆放",
                    "养殖场把粪污排到水渠",
                    "养殖大棚死畜乱扔，水都臭了",
                ],
                words: Words {
                    done: &["养殖户已完成粪污池改造"],
                    explained: &["该养殖户粪污已委托还田消纳，手续齐全"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 生态环境/扬尘污染
    Group {
        code: "1303",
        kinds: &[(Complaint, 8), (Report, 2), (Suggestion, 1)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["工地", "环卫所"],
        words: Words {
            details: &["一天擦三遍桌子都是土", "窗户不敢开", "洒水车几天见不到一次", "刮风天眼都睁不开"],
            wants: &["希望落实降尘措施", "希望查处"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "130301",
                topic: "工地扬尘",
                says: &[
                    "工地土方开挖不洒水，扬尘很大",
                    "工地裸土不盖，一刮风黄土满天",
                    "拆房子没有雾炮，扬尘呛人",
                    "工地出口不冲洗，带泥上路",
                ],
                words: Words {
                    wants: &["希望覆盖裸土并冲洗车辆"],
                    done: &["工地已覆盖裸土，开启喷淋"],
                    explained: &["工地六项措施齐全，监测数据未超标", "裸露地块为待建用地，已协调临时绿化"],
                    slow: &["裸土覆盖面积大，分期实施"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "130302",
                topic: "渣土车遗撒",
                says: &[
                    "渣土车不盖篷布，撒了一路",
                    "渣土车夜里飞驰，遗撒石子",
                    "拉土车遗撒泥块，下雨成了泥路",
                    "渣土车遗撒水泥浆没人清",
                ],
                words: Words {
                    done: &["已处罚渣土车{n}辆，清洗路面"],
                    explained: &["该批车辆已取得运输许可，经查密闭完好"],
                    slow: &["渣土运输路线须重新核定"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "130303",
                topic: "堆场扬尘",
                says: &[
                    "沙石料场露天堆放，扬尘严重",
                    "煤场没有围挡，黑灰飘到院里",
                    "粉料堆场装卸时尘土飞扬",
                    "搅拌站堆场不覆盖，到处是灰",
                ],
                words: Words {
                    wants: &["希望覆盖裸土并冲洗车辆"],
                    done: &["料场已建围挡并硬化"],
                    explained: &["工地六项措施齐全，监测数据未超标", "裸露地块为待建用地，已协调临时绿化"],
                    slow: &["裸土覆盖面积大，分期实施"],
                    ..Words::NONE
                },
            },
        ],
    },
];
