//! Sudden failures of water, power, gas and heat: the urgent ones.

use super::{Group, Leaf, Place, When, Words};
use chuishao_domain::ticket::MatterKind::{Complaint, Help};

/// The groups, by code.
pub(super) static GROUPS: [Group; 4] = [
    // 突发故障/供水管道爆裂
    Group {
        code: "0401",
        kinds: &[(Help, 8), (Complaint, 2)],
        place: Place::Home,
        when: When::Sudden,
        asked: &["供水公司", "物业"],
        words: Words {
            details: &["家里一滴水都没有", "水压一下子没了"],
            wants: &["希望立即派人抢修", "请抢修人员马上到现场"],
            done: &["更换阀门和接头，水压恢复"],
            slow: &["爆管点与燃气管线交叉，须人工开挖"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "040101",
                topic: "主管爆裂",
                says: &[
                    "路面下供水主管突然爆裂，水柱一人多高",
                    "自来水主管爆了，路面冲出一个坑",
                    "主管道爆裂喷水，好几栋楼全停了",
                    "施工挖断自来水主管，水哗哗往外冒",
                ],
                words: Words {
                    details: &["水已经流到马路上", "地下室快要淹了"],
                    wants: &["希望先关阀止水，再尽快修复"],
                    done: &["抢修人员更换爆裂管段，冲洗后恢复供水", "已关阀抢修，当日恢复正常供水并回填路面"],
                    explained: &["爆裂点为施工单位临时用水管道，已责成其修复"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "040102",
                topic: "楼内水管破裂",
                says: &[
                    "楼道里的水管突然裂开，水顺着楼梯往下流",
                    "水表井里的管子爆了，水漫进一楼",
                    "水管接头崩开，家里地板全泡了",
                    "管道井里水管破裂，电梯进水停了",
                ],
                words: Words {
                    details: &["水已经流到马路上", "地下室快要淹了"],
                    wants: &["希望先关阀止水，再尽快修复"],
                    done: &["抢修人员更换爆裂管段，冲洗后恢复供水"],
                    explained: &["爆裂点位于用户户内管道，由用户自行维修，已协助关闭总阀"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "040103",
                topic: "突然停水",
                says: &[
                    "没有任何通知突然停水",
                    "整个单元突然停水，问了几家都一样",
                    "做着饭突然停水，水龙头全是空气",
                    "突然停水，老人在家没水吃药",
                ],
                words: Words {
                    explained: &["该楼二次供水设施由物业管理，已通知物业抢修"], ..Words::NONE
                },
            },
        ],
    },
    // 突发故障/停电
    Group {
        code: "0402",
        kinds: &[(Help, 8), (Complaint, 2)],
        place: Place::Home,
        when: When::Sudden,
        asked: &["供电所", "物业"],
        words: Words {
            wants: &["希望立即抢修恢复供电", "请尽快派人排查"],
            slow: &["故障电缆须开挖更换，作业面狭窄"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "040201",
                topic: "整片停电",
                says: &[
                    "突然停电，周围几栋楼都黑了",
                    "整个村突然没电",
                    "一声响后整片停电",
                    "刮大风后全小区停电，路灯也灭了",
                ],
                words: Words {
                    details: &[
                        "电梯里还困着人",
                        "家里有病人靠制氧机",
                        "冰箱里的东西都要坏了",
                        "天太热，老人孩子受不了",
                    ],
                    wants: &["希望先安排应急发电"],
                    done: &["抢修人员更换烧毁的熔断器，已恢复供电", "查明为变压器过负荷跳闸，调整负荷后恢复"],
                    explained: &["该处为小区自管配电室，已协助物业送电"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "040202",
                topic: "单户停电",
                says: &[
                    "家里突然停电，邻居家都有电",
                    "表箱里冒烟，随后家里没电了",
                    "交了费的，家里却突然断电",
                    "跳闸后合不上，家里停电",
                ],
                words: Words {
                    details: &["家里有病人靠制氧机", "冰箱里的东西都要坏了", "天太热，老人孩子受不了"],
                    wants: &["希望先安排应急发电"],
                    done: &["抢修人员更换烧毁的熔断器，已恢复供电"],
                    explained: &["故障在用户产权的表后线路，已告知由用户委托电工维修"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "040203",
                topic: "电线掉落",
                says: &[
                    "电线被车刮断掉在路上，不停打火",
                    "电线杆倒了，电线落在院子里",
                    "大风把电线刮断，垂在路口",
                    "变压器冒火花，电线烧断掉落",
                ],
                words: Words {
                    details: &["路过的人都绕着走，很危险"],
                    wants: &["请立即派人看守，防止触电"],
                    done: &["已更换故障电缆，逐户确认来电"],
                    explained: &["掉落的为废弃通信线，不带电，已通知产权单位清理"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 突发故障/燃气泄漏
    Group {
        code: "0403",
        kinds: &[(Help, 9), (Complaint, 1)],
        place: Place::Home,
        when: When::Sudden,
        asked: &["燃气公司", "物业"],
        words: Words {
            details: &["已经开窗通风，人都撤到楼下"],
            wants: &["请立即派人检测抢修", "希望马上关闭阀门排除危险", "请抢修和消防人员马上到现场"],
            done: &["查明灶前阀内漏，已更换并做安全告知"],
            slow: &["受损管道须置换后焊接，要等气体检测合格"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "040301",
                topic: "管道漏气",
                says: &[
                    "楼道里燃气味很重",
                    "燃气立管接口嘶嘶漏气",
                    "院子里燃气井往外冒气",
                    "燃气表旁边能闻到明显的臭味",
                ],
                words: Words {
                    details: &["楼上楼下都闻到了"],
                    explained: &["经检测无燃气泄漏，异味来自下水道返味"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "040302",
                topic: "施工挖断燃气管",
                says: &[
                    "挖掘机挖断了燃气管，气直往外喷",
                    "装修打穿了暗埋的燃气管",
                    "埋光缆时把燃气管碰漏了",
                    "围挡施工砸坏燃气管，味道很大",
                ],
                words: Words {
                    done: &["已修复受损管道，保压合格后恢复供气"],
                    explained: &["被挖断的为废弃管道，无燃气泄漏，已封堵"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "040303",
                topic: "户内燃气异常",
                says: &[
                    "燃气报警器突然报警",
                    "灶具关了还有燃气味",
                    "燃气灶火苗突然变红变小",
                    "热水器点火时砰的一声，有燃气味",
                ],
                words: Words {
                    details: &["楼上楼下都闻到了", "不敢开灯也不敢打火", "报警器一直响"],
                    done: &["抢修人员关阀检测，更换老化软管，复测无泄漏"],
                    explained: &["经检测无燃气泄漏，异味来自下水道返味", "灶具软管超期属用户自有设施，已指导更换"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 突发故障/供热管道爆裂
    Group {
        code: "0404",
        kinds: &[(Help, 8), (Complaint, 2)],
        place: Place::Home,
        when: When::Sudden,
        asked: &["供热企业", "物业"],
        words: Words {
            wants: &["希望立即关阀抢修", "希望尽快恢复供暖", "请抢修队马上到现场"],
            done: &["抢修人员连夜焊接，目前各楼回水温度正常"],
            slow: &["爆管点在主干道下方，须夜间封闭开挖"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "040401",
                topic: "一次管网爆裂",
                says: &[
                    "路口供热主管爆裂，热水漫了一路",
                    "地下供热管道突然爆开，蒸汽冲天",
                    "供热主管网泄漏，路面塌了一块",
                    "供热管沟里往外冒热水",
                ],
                words: Words {
                    details: &["热水流到路上，怕结冰"],
                    done: &["已更换爆裂管段，补水升压后恢复供热"],
                    explained: &["该管道属企业自备管线，已责成其抢修"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "040402",
                topic: "楼内供热管爆裂",
                says: &[
                    "楼道暖气立管突然爆裂",
                    "暖气片爆裂，热水喷了一屋",
                    "地暖管打压时爆了，淹了楼下",
                    "阀门崩开，热水喷得老高",
                ],
                words: Words {
                    details: &["热水冒着白汽流了一地", "楼道里全是蒸汽看不清路"],
                    done: &["已更换爆裂管段，补水升压后恢复供热"],
                    explained: &["爆裂点为用户自行改装的暖气，已协助关阀，由用户维修"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "040403",
                topic: "突然停暖",
                says: &[
                    "暖气突然停了，{n}个小时还没来",
                    "整栋楼突然停暖，管子冰凉",
                    "换热站故障，突然停暖",
                    "突然停暖，屋里只剩{t}度",
                ],
                words: Words {
                    details: &["屋里温度一直往下掉"],
                    done: &["已关闭支线阀门修复，来电人家中暖气已热"],
                    explained: &["抢修期间停热时间短于规定的退费起点"],
                    ..Words::NONE
                },
            },
        ],
    },
];
