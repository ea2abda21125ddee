//! Traffic and roads: signals, roads, parking, offences, public transport.

use super::{Group, Leaf, Place, When, Words};
use chuishao_domain::ticket::MatterKind::{Complaint, Help, Inquiry, Praise, Report, Suggestion};

/// The groups, by code.
pub(super) static GROUPS: [Group; 5] = [
    // 交通秩序和设施/信号灯
    Group {
        code: "0701",
        kinds: &[(Complaint, 4), (Help, 4), (Suggestion, 4), (Praise, 1)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["交警大队"],
        words: Words::NONE,
        leaves: &[
            Leaf {
                code: "070101",
                topic: "信号灯故障",
                says: &[
                    "路口信号灯全黑，车辆乱穿",
                    "红绿灯一直闪黄灯",
                    "信号灯红绿同时亮",
                    "信号灯被树枝挡住，司机看不清",
                ],
                words: Words {
                    details: &["差点发生事故", "交警来指挥时才好一点"],
                    wants: &["希望尽快维修"],
                    done: &["已更换信号机主板，运行正常"],
                    explained: &["信号灯夜间黄闪属正常设置，非故障"],
                    slow: &["信号机配件需厂家发货"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "070102",
                topic: "配时不合理",
                says: &[
                    "路口绿灯只有{o}秒，根本过不去人",
                    "左转灯放行太短，排队排到上个路口",
                    "信号灯配时东西方向太长，南北堵成一片",
                    "行人绿灯太短，老人走到中间就变灯",
                ],
                words: Words {
                    details: &["早高峰要堵{n}个绿灯才能过", "交警来指挥时才好一点"],
                    wants: &["希望优化配时"],
                    done: &["已现场调整配时，高峰通行明显改善"],
                    explained: &["配时由系统自适应控制，经观测处于合理范围"],
                    slow: &["配时方案需按早晚高峰观测数据测算"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "070103",
                topic: "增设信号灯",
                says: &[
                    "丁字路口没有信号灯，事故多发",
                    "学校门口车多，需要增设信号灯",
                    "新路通车后路口一直没装信号灯",
                    "村口公路车速快，需要增设信号灯",
                ],
                words: Words {
                    details: &["差点发生事故", "接送孩子的家长都有意见"],
                    wants: &["希望实地查看后增设"],
                    done: &["已增设倒计时和右转箭头灯"],
                    explained: &["该路口流量未达到设置信号灯的国家标准，已增设让行标志"],
                    slow: &["增设信号灯须列入年度计划"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 交通秩序和设施/道路破损
    Group {
        code: "0702",
        kinds: &[(Complaint, 5), (Help, 5), (Suggestion, 1), (Praise, 1)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["公路养护站", "镇上"],
        words: Words { explained: &["该道路为企业专用道路，由产权单位养护"], ..Words::NONE },
        leaves: &[
            Leaf {
                code: "070201",
                topic: "路面坑洼",
                says: &[
                    "路面坑洼不平，大坑套小坑",
                    "一段路全是坑，{o}多处",
                    "水泥路面断裂，翘起一截",
                    "大货车把村路轧得坑坑洼洼",
                ],
                words: Words {
                    details: &[
                        "电动车经常在这里摔倒",
                        "下雨看不清坑有多深",
                        "大货车一过尘土飞扬",
                        "修补过一次，没几天又烂了",
                    ],
                    wants: &["希望尽快修补", "希望彻底翻修路面"],
                    done: &["养护人员已填补坑槽并压实，恢复通行", "已铣刨重铺破损路面"],
                    explained: &["该路段已列入大修计划，目前以日常修补维持"],
                    slow: &["沥青拌和站冬季停产", "道路大修须经招标"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "070202",
                topic: "道路塌陷",
                says: &[
                    "路面塌了个大洞，用树枝围着",
                    "非机动车道塌陷，深约{o}厘米",
                    "埋管后路面塌陷，车轮掉进去",
                    "桥头路基塌陷，错台很高",
                ],
                words: Words {
                    details: &["电动车经常在这里摔倒", "修补过一次，没几天又烂了"],
                    wants: &["希望尽快修补", "希望先设警示标志"],
                    done: &["已对塌陷处开挖回填，设置警示"],
                    explained: &["该路段已列入大修计划，目前以日常修补维持"],
                    slow: &["维修材料和施工机械正在调配"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "070203",
                topic: "护栏标线缺失",
                says: &[
                    "道路护栏被撞坏没有修",
                    "标线磨没了，车都乱走",
                    "减速带坏了，露出螺丝扎胎",
                    "桥上护栏断了{n}米",
                ],
                words: Words {
                    details: &["夜里开车看不清，险些冲出路面"],
                    wants: &["希望尽快补装护栏、重划标线"],
                    done: &["已更换护栏并补划标线"],
                    slow: &["维修材料和施工机械正在调配"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 交通秩序和设施/停车管理
    Group {
        code: "0703",
        kinds: &[(Complaint, 7), (Report, 3), (Suggestion, 2), (Inquiry, 1)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["物业", "交警大队", "社区"],
        words: Words::NONE,
        leaves: &[
            Leaf {
                code: "070301",
                topic: "违法停车",
                says: &[
                    "两侧停满车，会车都困难",
                    "人行道上天天停满车",
                    "有车停在路口拐角，挡视线",
                    "大货车夜里整夜违停",
                ],
                words: Words {
                    details: &["消防车进来都困难", "挪车电话打了没人接", "行人被逼到快车道上"],
                    wants: &["希望加强执法管理"],
                    questions: &["乱停车举报到哪里"],
                    done: &["交警已现场处置违停车辆，增加巡逻"],
                    explained: &["该处为施划的限时停车泊位，车辆在允许时段停放"],
                    slow: &["增设抓拍设备需统一安装"],
                },
            },
            Leaf {
                code: "070302",
                topic: "停车难",
                says: &[
                    "车位太少，下班回来转{o}分钟停不下",
                    "医院周边停车难，堵到主路",
                    "学校放学接送没地方停车",
                    "老旧小区停车难，只能停绿化带",
                ],
                words: Words {
                    details: &["天天为抢车位吵架"],
                    wants: &["希望施划停车泊位"],
                    questions: &["路边泊位怎么划定的"],
                    done: &["已施划泊位{o}个并安装隔离桩"],
                    explained: &[
                        "小区内部停车由业主共同决定，交警部门无权施划",
                        "该路段不具备施划泊位条件，可使用附近公共停车场",
                    ],
                    slow: &["施划泊位须论证并公示"],
                },
            },
            Leaf {
                code: "070303",
                topic: "僵尸车",
                says: &[
                    "一辆僵尸车停了{n}年没人动",
                    "废弃面包车占着车位，车胎都瘪了",
                    "僵尸车里堆满杂物，招老鼠",
                    "有人用废旧车长期占车位",
                ],
                words: Words {
                    details: &["本来车位就紧张，看着堵心"],
                    wants: &["希望清理并长效管理"],
                    questions: &["僵尸车多久可以清走"],
                    done: &["僵尸车已联系车主挪走"],
                    explained: &["该车手续齐全、停放在自有车位，无权强制清理"],
                    slow: &["车主信息核实及公告期未满"],
                },
            },
        ],
    },
    // 交通秩序和设施/交通违法
    Group {
        code: "0704",
        kinds: &[(Complaint, 5), (Report, 5), (Inquiry, 3)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["交警大队"],
        words: Words { questions: &["外地车限行是几点到几点"], ..Words::NONE },
        leaves: &[
            Leaf {
                code: "070401",
                topic: "闯红灯逆行",
                says: &["电动车逆行闯红灯很普遍", "外卖骑手在人行道上逆行", "三轮车闯红灯没人管", "有车天天逆行抄近道"],
                words: Words {
                    details: &["大家过马路提心吊胆", "已有{n}起事故", "监控应该能拍到"],
                    wants: &["希望加大查处力度", "希望增设电子警察"],
                    questions: &["电动车上牌要带什么"],
                    done: &["已安排警力定点查处，处罚{o}起"],
                    explained: &["该路口已在整治计划内，近期查处数量已公示"],
                    slow: &["电子警察点位需统一审批"],
                },
            },
            Leaf {
                code: "070402",
                topic: "飙车炸街",
                says: &[
                    "夜里{h}时后摩托车炸街",
                    "改装车轰油门飙车",
                    "一群年轻人飙摩托，噪声刺耳",
                    "周末半夜有车漂移飙车",
                ],
                words: Words {
                    details: &["夜里声音特别大", "已有{n}起事故", "监控应该能拍到"],
                    wants: &["希望加大查处力度", "希望设置禁行标志"],
                    questions: &["飙车扰民怎么举报"],
                    done: &["已安排警力定点查处，处罚{o}起", "已设置限速和禁行标志"],
                    explained: &["该路段为货车通行通道，允许通行"],
                    slow: &["禁行措施需论证公告"],
                },
            },
            Leaf {
                code: "070403",
                topic: "违章记录异议",
                says: &[
                    "拍违停的地方没有标志，违章不合理",
                    "同一位置{n}次违章，标线不清",
                    "压线违章是避让救护车造成的",
                    "导向车道刚改，收到{n}条违章",
                ],
                words: Words {
                    details: &["要扣分罚款，觉得不合理"],
                    wants: &["希望复核后撤销", "希望完善标志标线"],
                    questions: &["对违章记录有异议怎么申诉"],
                    done: &["经复核违法记录有误，已撤销"],
                    explained: &["经调取视频，违法事实清楚，可依法申请行政复议"],
                    slow: &["违法记录复核须调取原始视频"],
                },
            },
        ],
    },
    // 交通秩序和设施/公共交通
    Group {
        code: "0705",
        kinds: &[(Complaint, 6), (Suggestion, 4), (Inquiry, 3), (Praise, 2)],
        place: Place::Near,
        when: When::Lasting,
        asked: &["公交公司", "出租车公司"],
        words: Words::NONE,
        leaves: &[
            Leaf {
                code: "070501",
                topic: "公交班次",
                says: &[
                    "公交车等了{o}分钟才来一班",
                    "末班车太早，下晚班赶不上",
                    "公交到站时间和手机上的对不上",
                    "{n}路公交经常甩站不停",
                ],
                words: Words {
                    details: &["冬天等车冻得够呛", "老人看病很不方便", "上班经常因此迟到", "司机说是按公司安排"],
                    wants: &["希望增加班次"],
                    questions: &["公交末班车是几点", "老年卡怎么办理"],
                    done: &["公交公司已增加高峰班次，间隔缩短到{o}分钟"],
                    explained: &["该线路客流不足，暂不具备加密条件，已优化到发时刻"],
                    slow: &["线路调整须客流调查和征求意见", "车辆更新尚在采购"],
                },
            },
            Leaf {
                code: "070502",
                topic: "站点线路",
                says: &[
                    "新小区入住后一直没有公交站",
                    "公交站牌倒了没人扶",
                    "候车亭顶棚坏了，下雨没处躲",
                    "线路改道后老人要多走两里路",
                ],
                words: Words {
                    details: &["冬天等车冻得够呛", "老人看病很不方便"],
                    wants: &["希望开通线路"],
                    questions: &["开通定制公交需要什么条件"],
                    done: &["已调整站点，候车亭修复"],
                    explained: &["新增线路须结合客流调查，年内统一调整"],
                    slow: &["线路调整须客流调查和征求意见"],
                },
            },
            Leaf {
                code: "070503",
                topic: "出租网约车",
                says: &["出租车不打表，张口要价{o}元", "网约车绕路多收费", "出租车拒载，挑客人", "黑车在车站门口揽客"],
                words: Words {
                    details: &["司机态度还很差"],
                    wants: &["希望核查并改进服务"],
                    questions: &["出租车投诉要提供哪些信息"],
                    done: &["已约谈驾驶员并停班学习，向来电人致歉"],
                    explained: &["该车次按约定路线行驶，计费无误"],
                    slow: &["涉事车辆信息正在核对"],
                },
            },
        ],
    },
];
