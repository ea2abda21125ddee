//! Noise: of neighbours, of building sites, of shops.

use super::{Group, Leaf, Place, When, Words};
use chuishao_domain::ticket::MatterKind::{Complaint, Help, Report, Suggestion};

/// The groups, by code.
pub(super) static GROUPS: [Group; 3] = [
    // 噪声/邻里噪声
    Group {
        code: "0301",
        kinds: &[(Complaint, 8), (Help, 2), (Suggestion, 1)],
        place: Place::Home,
        when: When::Lasting,
        asked: &["物业", "社区网格员", "派出所"],
        words: Words {
            details: &[
                "找上门去说过，对方态度很差",
                "家里有高三学生要休息",
                "老人心脏不好受不了",
                "晚上{h}时以后更厉害",
            ],
            wants: &["希望上门劝导调解", "希望管一管，让居民睡个安稳觉"],
            done: &["社区连续走访三天，噪声明显减轻"],
            slow: &["当事人暂时外出，待其返回后组织调解", "双方情绪激动，需分别做工作"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "030101",
                topic: "音响歌唱",
                says: &["楼上每天放音响唱歌到深夜", "隔壁用音箱放低音炮", "楼下邻居练萨克斯", "隔壁直播喊麦到后半夜"],
                words: Words {
                    wants: &["希望约定安静时间"],
                    done: &["网格员会同社区民警上门劝导，双方约定{h}时后保持安静"],
                    explained: &["现场监测未超过限值，已提醒对方注意并向来电人说明"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "030102",
                topic: "装修噪声",
                says: &[
                    "楼上装修中午也不停电钻",
                    "邻居周末早上六点就砸墙装修",
                    "有人装修拖了{n}个月，天天敲打",
                    "楼下装修电锤声震得墙响",
                ],
                words: Words {
                    wants: &["希望约定安静时间"],
                    done: &["已组织双方调解，对方加装隔音垫并致歉"],
                    explained: &["对方白天正常装修，时间符合规定"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "030103",
                topic: "宠物吠叫",
                says: &[
                    "邻居家的狗整夜叫",
                    "有人在阳台养了{n}只狗，叫声不断",
                    "对门的狗一有人路过就狂叫",
                    "楼上的猫狗半夜追逐打闹",
                ],
                words: Words {
                    explained: &["犬只手续齐全，已提醒饲养人夜间将犬移入室内"], ..Words::NONE
                },
            },
            Leaf {
                code: "030104",
                topic: "孩童跑跳",
                says: &[
                    "楼上孩子夜里跑跳，咚咚响",
                    "楼上孩子拍球、拖凳子",
                    "楼上晚上{h}时还在跳绳",
                    "头顶上跺脚声不断，劝说无效",
                ],
                words: Words {
                    explained: &["现场监测未超过限值，已提醒对方注意并向来电人说明"], ..Words::NONE
                },
            },
        ],
    },
    // 噪声/施工噪声
    Group {
        code: "0302",
        kinds: &[(Complaint, 9), (Help, 1), (Report, 2)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["工地负责人", "城管中队"],
        words: Words {
            details: &["窗户关上也挡不住", "附近住了几百户，都没法休息", "拍了视频可以提供"],
            wants: &["希望错开休息时间"],
            done: &["施工方已加装隔声围挡，公示施工时间"],
            slow: &["需结合夜查和监测结果认定", "行政处罚需履行告知程序"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "030201",
                topic: "夜间施工",
                says: &[
                    "工地夜里{h}时还在打桩",
                    "工地凌晨卸钢筋，声音巨大",
                    "夜里连续浇筑混凝土，泵车轰鸣",
                    "工地半夜切割钢材",
                ],
                words: Words {
                    details: &["工地说赶工期停不下来"],
                    wants: &["希望制止夜间施工", "希望核查有没有夜间施工证明"],
                    done: &["执法人员夜查，责令立即停工并约谈项目负责人"],
                    explained: &[
                        "该工地当晚为混凝土连续浇筑，已取得夜间施工证明并公示",
                        "检查时未发现夜间施工，已加密巡查",
                    ],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "030202",
                topic: "午间施工",
                says: &[
                    "工地中午不停工，冲击钻响个不停",
                    "午休时间拆墙施工",
                    "道路施工中午用破碎锤",
                    "中午装卸模板，砸得震天响",
                ],
                words: Words {
                    details: &["工地说赶工期停不下来"],
                    done: &["已立案处罚，工地调整了作业时间"],
                    explained: &["检查时未发现夜间施工，已加密巡查"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "030203",
                topic: "道路施工扰民",
                says: &[
                    "修路压路机一早就开",
                    "路面铣刨从早响到晚",
                    "挖沟埋管，破路声持续不断",
                    "半夜铺沥青，机器声刺耳",
                ],
                words: Words {
                    wants: &["希望合理安排施工时间"],
                    explained: &["该路段白天交通流量大，经批准夜间占道施工，已公示工期"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 噪声/商业噪声
    Group {
        code: "0303",
        kinds: &[(Complaint, 9), (Help, 1), (Suggestion, 1)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["店家", "社区", "物业"],
        words: Words {
            details: &["和店家沟通过，安静两天又恢复原样", "开窗根本没法待", "孩子写作业静不下心", "周围居民意见很大"],
            wants: &["希望督促降低音量", "希望现场监测并责令整改"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "030301",
                topic: "商铺喇叭",
                says: &[
                    "商铺门口喇叭循环叫卖",
                    "新开业的店放音乐招揽顾客",
                    "水果店喇叭从早喊到晚",
                    "理发店外放音响，低音震窗",
                ],
                words: Words {
                    done: &["已到现场责令撤除外放音响，店家承诺整改"],
                    explained: &["经监测边界噪声符合二类区标准"],
                    slow: &["需与当事人约定整改时间"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "030302",
                topic: "广场舞",
                says: &[
                    "广场舞音响声音太大",
                    "两拨人跳广场舞比着放音乐",
                    "早上五点多就有人放音响跳广场舞",
                    "广场舞跳到晚上{h}时还不散",
                ],
                words: Words {
                    wants: &["希望规定活动时间"],
                    done: &["已与领队约定时间和音量，设置提示牌"],
                    explained: &["该活动场地为规划的文体广场，活动时间符合约定"],
                    slow: &["需与当事人约定整改时间"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "030303",
                topic: "设备噪声",
                says: &[
                    "超市冷却塔整夜嗡嗡响",
                    "饭店排烟风机对着居民窗户轰鸣",
                    "商铺空调外机声音大，夜里不关",
                    "冷库压缩机隔一会儿启动一次，震动很大",
                ],
                words: Words {
                    done: &["监测超标，已责令限期加装隔声设施"],
                    explained: &["经监测边界噪声符合二类区标准"],
                    slow: &["隔声设施订制安装需要时间", "须委托第三方在夜间监测"],
                    ..Words::NONE
                },
            },
        ],
    },
];
