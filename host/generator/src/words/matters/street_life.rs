//! Rubbish, stalls, greening, lamps, drains: what people meet before their door.

use super::{Group, Leaf, Place, When, Words};
use chuishao_domain::ticket::MatterKind::{Complaint, Help, Praise, Report, Suggestion};

/// The groups, by code.
pub(super) static GROUPS: [Group; 5] = [
    // 市容环境/垃圾清运
    Group {
        code: "0601",
        kinds: &[(Complaint, 6), (Help, 4), (Suggestion, 1), (Praise, 1)],
        place: Place::Estate,
        when: When::Lasting,
        asked: &["物业", "社区", "环卫所"],
        words: Words { details: &["路过的人都捂着鼻子走"], ..Words::NONE },
        leaves: &[
            Leaf {
                code: "060101",
                topic: "垃圾堆积",
                says: &[
                    "垃圾桶满了没人收，堆了一地",
                    "垃圾堆在路口{n}天没清",
                    "村头垃圾池满得溢出来",
                    "节后垃圾堆成小山",
                ],
                words: Words {
                    details: &["天一热臭气熏天", "苍蝇蚊子到处飞", "环卫工人说车辆不够"],
                    wants: &["希望尽快清理干净", "希望增加清运次数", "希望设置规范的投放点"],
                    done: &["已组织人员车辆清理完毕并冲洗消杀", "已增加该点清运频次，每日两清"],
                    explained: &["该处垃圾由物业委托清运，已督促其按合同增加车次"],
                    slow: &["垃圾堆存量大，需分批清运"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "060102",
                topic: "建筑垃圾",
                says: &["有人夜里偷倒建筑垃圾", "装修垃圾袋堆在楼前", "拆迁留下的碎砖烂瓦没人清", "空地成了建筑垃圾场"],
                words: Words {
                    wants: &["希望尽快清理干净"],
                    done: &["已组织人员车辆清理完毕并冲洗消杀"],
                    explained: &["装修垃圾按规定由产生者付费委托清运，不在生活垃圾清运范围"],
                    slow: &["垃圾堆存量大，需分批清运"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "060103",
                topic: "垃圾桶设置",
                says: &[
                    "垃圾桶紧挨着一楼窗户",
                    "撤桶后最近的垃圾点要走{o}分钟",
                    "垃圾桶破损没盖，野猫翻得到处都是",
                    "几百户只有{n}个垃圾桶，根本不够用",
                ],
                words: Words {
                    details: &["天一热臭气熏天", "苍蝇蚊子到处飞"],
                    wants: &["希望设置规范的投放点"],
                    done: &["已协调物业设置临时堆放点，当日清运"],
                    explained: &["投放点位置经居民议事会商定，暂不调整"],
                    slow: &["投放点移位需征求居民意见"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 市容环境/占道经营
    Group {
        code: "0602",
        kinds: &[(Complaint, 8), (Report, 2), (Suggestion, 1), (Praise, 1)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["城管中队", "社区"],
        words: Words {
            details: &["行人只能走机动车道", "收摊后满地油污菜叶"],
            wants: &["希望加强巡查管理", "希望取缔并清洗路面"],
            done: &["已对屡教不改的商户立案处罚，并清洗路面"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "060201",
                topic: "流动摊贩",
                says: &[
                    "流动摊贩占了半条路",
                    "三轮车商贩堵在校门口",
                    "流动菜摊从路口摆到公交站",
                    "卖烤肠炸串的小推车扎堆",
                ],
                words: Words {
                    details: &["早晚高峰堵得走不动", "城管一走又摆出来"],
                    wants: &["希望划定规范的摊点区域"],
                    done: &["执法人员现场劝离，安排定点值守", "已引导商贩进入便民市场经营"],
                    explained: &["当事人为农户自产自销，已引导入市"],
                    slow: &["需与便民市场协调摊位"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "060202",
                topic: "店外经营",
                says: &[
                    "店铺把货物摆到人行道上",
                    "烧烤店桌椅摆满人行道，油烟很大",
                    "修车店在路边作业，满地机油",
                    "家具店占着盲道卸货",
                ],
                words: Words {
                    explained: &["该店在红线内摆放，未占用公共人行道"],
                    slow: &["店外设施拆改需要时间"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "060203",
                topic: "占道早市夜市",
                says: &[
                    "早市占道，救护车都进不来",
                    "夜市收摊后垃圾没人扫",
                    "赶集日摊位摆到马路中间",
                    "夜市摊位接明线用电，看着危险",
                ],
                words: Words {
                    details: &["早晚高峰堵得走不动", "城管一走又摆出来"],
                    wants: &["希望划定规范的摊点区域"],
                    done: &["已引导商贩进入便民市场经营"],
                    explained: &["该处为批准设立的便民疏导点，经营时间到{h}时"],
                    slow: &["需与便民市场协调摊位", "早市搬迁方案正在征求意见"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 市容环境/园林绿化
    Group {
        code: "0603",
        kinds: &[(Complaint, 4), (Help, 4), (Suggestion, 3), (Praise, 1)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["园林所", "物业"],
        words: Words { details: &["打过园林所电话没人来"], ..Words::NONE },
        leaves: &[
            Leaf {
                code: "060301",
                topic: "树木遮挡",
                says: &[
                    "大树枝叶挡住窗户，白天也要开灯",
                    "行道树挡住路灯和信号灯",
                    "树枝刮到电线，刮风冒火花",
                    "树冠太低，公交车经过老刮到",
                ],
                words: Words {
                    details: &["担心刮风砸到人"],
                    wants: &["希望尽快修剪处理", "希望消除安全隐患"],
                    done: &["养护人员已完成修剪并清运枝叶"],
                    explained: &["移伐树木须依法审批，现有条件不符合移伐规定"],
                    slow: &["伐树审批正在公示"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "060302",
                topic: "枯树倒伏",
                says: &[
                    "一棵枯树歪在路边，随时要倒",
                    "大风刮断的树枝挂在半空",
                    "枯死的行道树有{n}棵没人管",
                    "倒下的树压着护栏没清走",
                ],
                words: Words {
                    details: &["担心刮风砸到人"],
                    wants: &["希望尽快修剪处理", "希望消除安全隐患"],
                    done: &["枯树已伐除，树坑回填平整"],
                    explained: &["移伐树木须依法审批，现有条件不符合移伐规定"],
                    slow: &["伐树审批正在公示"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "060303",
                topic: "绿化缺损",
                says: &[
                    "绿化带踩秃了，一刮风全是土",
                    "新栽的树死了{n}棵",
                    "公园草坪被车轧得不成样子",
                    "绿化喷淋坏了，水流了一路",
                ],
                words: Words {
                    details: &["绿化带都快秃了", "好好的绿地变成了停车场"],
                    wants: &["希望补种并加强养护"],
                    done: &["已补栽苗木并加装护栏"],
                    explained: &["该绿地属小区共有，由业主共同决定"],
                    slow: &["补栽须待适宜种植季节"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 市容环境/路灯照明
    Group {
        code: "0604",
        kinds: &[(Complaint, 4), (Help, 6), (Suggestion, 2), (Praise, 1)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["路灯所", "社区", "物业"],
        words: Words::NONE,
        leaves: &[
            Leaf {
                code: "060401",
                topic: "路灯不亮",
                says: &[
                    "整条路{n}盏路灯不亮",
                    "路灯一闪一闪的，后来全灭了",
                    "天黑了路灯不开，早上倒一直亮着",
                    "巷子里的路灯坏了没人换",
                ],
                words: Words {
                    details: &[
                        "下夜班的人走路害怕",
                        "已经有人摔倒受伤",
                        "孩子下晚自习要打手电筒",
                        "报修电话登记后没有回音",
                    ],
                    wants: &["希望尽快修复亮灯", "希望调整开关灯时间"],
                    done: &["已更换灯具和线路，当晚全部亮灯", "查明为电缆被挖断，已修复"],
                    explained: &["该处为小区内部道路，由物业或产权单位负责"],
                    slow: &["电缆故障点需开挖排查"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "060402",
                topic: "灯杆损坏",
                says: &[
                    "路灯杆被撞歪，电线露在外面",
                    "路灯杆检修门不见了，线头裸露",
                    "灯罩快掉下来了",
                    "路灯杆底座锈穿",
                ],
                words: Words {
                    details: &["报修电话登记后没有回音"],
                    wants: &["希望立即加固，防止触电"],
                    done: &["已扶正灯杆并封堵检修门，绝缘检测合格"],
                    explained: &["该灯杆为通信单位产权，已转告其整改"],
                    slow: &["新灯杆需订制加工"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "060403",
                topic: "增设路灯",
                says: &[
                    "新修的路没有装路灯",
                    "村口这段路一直没有路灯",
                    "学校门口路太暗，需要增设路灯",
                    "小区到公交站{o}0米没有路灯",
                ],
                words: Words {
                    details: &["下夜班的人走路害怕", "已经有人摔倒受伤", "孩子下晚自习要打手电筒"],
                    wants: &["希望增设路灯"],
                    done: &["已增设太阳能路灯并投入使用"],
                    explained: &["该路段已列入明年亮化计划"],
                    slow: &["增设路灯需纳入年度计划"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 市容环境/排水排污
    Group {
        code: "0605",
        kinds: &[(Complaint, 5), (Help, 6), (Suggestion, 1)],
        place: Place::Estate,
        when: When::Lasting,
        asked: &["物业", "市政", "社区"],
        words: Words::NONE,
        leaves: &[
            Leaf {
                code: "060501",
                topic: "污水外溢",
                says: &[
                    "下水道堵了，污水漫了一院",
                    "化粪池满了，粪水往外冒",
                    "污水井返水，臭味很大",
                    "饭店油污把管道堵死，污水外溢",
                ],
                words: Words {
                    details: &["一楼住户家里返味", "出门要垫砖头走", "抽了一次没过几天又堵"],
                    wants: &["希望尽快疏通", "希望彻底改造管网"],
                    done: &["已疏通管道并清掏化粪池，排水顺畅"],
                    explained: &["红线以内排水设施由业主共同维护，可申请维修资金", "该处已列入雨污分流改造计划"],
                    slow: &["管网改造需开挖，方案正在设计", "清掏作业需协调车辆挪移"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "060502",
                topic: "井盖缺失",
                says: &[
                    "人行道上井盖没了，只插了根树枝",
                    "井盖破裂，车一轧就响",
                    "雨水篦子被人拿走",
                    "井盖下沉{n}厘米，电动车差点摔倒",
                ],
                words: Words {
                    details: &["担心有人踩空"],
                    wants: &["希望立即补上，消除隐患"],
                    done: &["已更换井盖并加装防坠网"],
                    explained: &["该井盖属通信管线单位，已通知其更换"],
                    slow: &["特殊规格井盖需订制"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "060503",
                topic: "积水内涝",
                says: &[
                    "一下雨门口就积水过膝",
                    "地下车库进水，{n}辆车被泡",
                    "低洼处积水多日排不出去",
                    "桥洞积水，车辆过不去",
                ],
                words: Words {
                    details: &["出门要垫砖头走"],
                    wants: &["希望尽快疏通", "希望彻底改造管网"],
                    done: &["已铺设临时排水管，积水排除"],
                    explained: &["该处已列入雨污分流改造计划"],
                    slow: &["管网改造需开挖，方案正在设计"],
                    ..Words::NONE
                },
            },
        ],
    },
];
