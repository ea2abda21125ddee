//! Consumers, food, prices, prepaid cards.

use super::{Group, Leaf, Place, When, Words};
use chuishao_domain::ticket::MatterKind::{Complaint, Help, Inquiry, Report};

/// The groups, by code.
pub(super) static GROUPS: [Group; 4] = [
    // 市场监管/消费纠纷
    Group {
        code: "0801",
        kinds: &[(Complaint, 8), (Help, 3), (Inquiry, 1)],
        place: Place::Shop,
        when: When::Once,
        asked: &["商家", "厂家售后"],
        words: Words {
            details: &["有付款记录和聊天截图", "打电话直接被拉黑", "前后沟通{n}次都不认账"],
            wants: &["希望市场监管部门依法调解"],
            questions: &["七天无理由退货怎么算时间", "网购纠纷找哪个地方投诉"],
            done: &["经调解，商家退还{y}元"],
            explained: &["经两次调解双方分歧较大，已终止调解，建议通过诉讼解决"],
            slow: &["商品需送第三方检测", "商家经营地在外地，正协查"],
        },
        leaves: &[
            Leaf {
                code: "080101",
                topic: "退换货纠纷",
                says: &[
                    "买的家电有毛病，不给退换",
                    "花{y}元买的鞋开胶，退换被拒",
                    "买的衣服尺码不符，不给退货",
                    "买的手机三天两头死机，只修不换",
                ],
                words: Words {
                    details: &["店家说特价商品不退"],
                    wants: &["希望协调退款", "希望商家按承诺更换并道歉"],
                    questions: &["三包期内维修几次可以换货"],
                    done: &["商家已为来电人免费更换，双方无异议"],
                    explained: &["商品为拆封后影响二次销售的种类，不适用无理由退货"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "080102",
                topic: "维修售后",
                says: &[
                    "买的空调报修{n}次没修好",
                    "修车花了{y}元，毛病还在",
                    "净水器换一次滤芯收{y}元，售后乱收费",
                    "家具缺配件，售后一直拖着",
                ],
                words: Words {
                    wants: &["希望商家按承诺更换并道歉"],
                    questions: &["三包期内维修几次可以换货"],
                    done: &["商家已上门免费修好，来电人确认"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "080103",
                topic: "虚假宣传误导",
                says: &[
                    "给老人买保健品{y}元，宣传能治病",
                    "被免费体检引导，买了理疗仪",
                    "买的羊毛衫检测出来不含羊毛",
                    "被宣传误导，所谓清仓价比平时还高",
                ],
                words: Words {
                    wants: &["希望协调退款"], done: &["已责令商家整改，并退还货款"], ..Words::NONE
                },
            },
            Leaf {
                code: "080104",
                topic: "装修合同纠纷",
                says: &[
                    "签了装修合同，付款{w}万元后停工",
                    "装修材料以次充好，与合同不符",
                    "装修中途加价{w}万元",
                    "装修完{n}个月墙面开裂，不来维修",
                ],
                words: Words {
                    wants: &["希望商家按承诺更换并道歉"],
                    done: &["双方达成补充协议，装修公司已复工"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 市场监管/食品安全
    Group {
        code: "0802",
        kinds: &[(Complaint, 6), (Report, 5), (Inquiry, 1)],
        place: Place::Shop,
        when: When::Once,
        asked: &["商家", "外卖平台"],
        words: Words {
            details: &["拍了照片和视频"],
            wants: &["希望查处并公开结果"],
            done: &["已责令停业整改，复查合格后恢复营业"],
            explained: &["现场抽检合格，未发现来电人反映的问题"],
            slow: &["案件须履行听证告知程序"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "080201",
                topic: "过期变质食品",
                says: &[
                    "买到过期{n}天的面包",
                    "买的熟食发黏有酸味",
                    "买的牛奶没到保质期就结块",
                    "散装糕点没有生产日期，已长霉",
                ],
                words: Words {
                    details: &["吃完拉了两天肚子", "包装和小票都还留着", "店家只同意退钱"],
                    wants: &["希望依法赔偿"],
                    questions: &["食品过期怎么索赔", "食品抽检结果在哪里查"],
                    done: &["执法人员现场检查，下架问题食品并立案", "经调解商家按规定赔偿{y}元"],
                    explained: &["来电人无法提供购物凭证，已加强日常检查"],
                    slow: &["食品抽检结果尚未出具"],
                },
            },
            Leaf {
                code: "080202",
                topic: "餐饮卫生",
                says: &[
                    "吃饭吃出虫子",
                    "吃饭时看到后厨老鼠乱窜",
                    "点外卖吃出钢丝球",
                    "吃火锅发现餐具没洗干净，桌布油污发黑",
                ],
                words: Words {
                    details: &["吃完拉了两天肚子"],
                    wants: &["希望检查后厨卫生", "希望依法赔偿"],
                    questions: &["餐馆后厨检查结果能不能查到"],
                    slow: &["食品抽检结果尚未出具"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "080203",
                topic: "无证经营食品",
                says: &[
                    "发现小作坊没有许可证加工豆制品",
                    "看到流动餐车没有证照卖盒饭",
                    "买早点时发现没有健康证和营业执照",
                    "发现有人在民房里无证灌装食用油",
                ],
                words: Words {
                    questions: &["小餐馆要办哪些证"],
                    explained: &["该户已办理小作坊登记，证照齐全"],
                    ..Words::NONE
                },
            },
        ],
    },
    // 市场监管/价格收费
    Group {
        code: "0803",
        kinds: &[(Complaint, 7), (Report, 2), (Inquiry, 2)],
        place: Place::Shop,
        when: When::Once,
        asked: &["商家", "停车场管理员"],
        words: Words {
            details: &["事先没有任何公示", "问收费依据，对方说爱交不交", "别处都没有这么贵"],
            wants: &["希望查清并退还多收的钱", "希望督促明码标价", "希望查处乱收费"],
            questions: &["培训机构收费有没有上限"],
            done: &["已责令明码标价，并退还多收的{y}元", "经查收费无依据，已立案"],
            explained: &["该项收费实行市场调节价，经营者已明码标价", "收费标准有备案文件，未发现超标准收费"],
            slow: &["需调取账目核实收费时段", "涉及价格政策解释，正请示上级"],
        },
        leaves: &[
            Leaf {
                code: "080301",
                topic: "停车乱收费",
                says: &[
                    "停车半小时被收{o}元",
                    "停车场没有公示价格，张口就要钱",
                    "停车系统重复扣费{n}次",
                    "公共车位被人私自收停车费",
                ],
                words: Words {
                    questions: &["停车收费标准在哪里查"],
                    done: &["收费公示牌已更换，标准与备案一致"],
                    ..Words::NONE
                },
            },
            Leaf {
                code: "080302",
                topic: "不明码标价",
                says: &[
                    "吃海鲜按只收费，结账才知道",
                    "买水果秤不准，标价和收的不一样",
                    "修手机先说{o}元，修完要{y}元",
                    "做头发结账时多出{y}元护理费",
                ],
                words: Words {
                    details: &["收据也不给开"], questions: &["商家不标价由哪个部门管"], ..Words::NONE
                },
            },
            Leaf {
                code: "080303",
                topic: "转供电加价",
                says: &[
                    "租商铺，电费每度被加价收取",
                    "租房水电费比官方高一倍，没有票据",
                    "电动车充电服务费涨了一倍",
                    "园区转供电加收损耗费",
                ],
                words: Words { questions: &["转供电加价合不合法"], ..Words::NONE },
            },
        ],
    },
    // 市场监管/预付卡
    Group {
        code: "0804",
        kinds: &[(Complaint, 8), (Help, 4)],
        place: Place::Shop,
        when: When::Once,
        asked: &["商家", "新老板"],
        words: Words {
            details: &["微信群已经解散", "受影响的有上百人", "老板把店转让了，新店不认", "卡里的钱还没用多少"],
            wants: &["希望帮助追回余额", "希望查找经营者下落", "希望多部门联合处理"],
            done: &[
                "经调解商家退还余额{y}元",
                "接手店铺同意继续消费，来电人认可",
                "已将商家列入异常名录，线索移交公安",
            ],
            explained: &[
                "商家已注销且无法联系，建议通过司法途径主张权利",
                "合同约定优惠价不退，余额按原价扣除后退还，双方已知悉",
            ],
            slow: &["涉及会员人数多，正逐户登记核实", "经营者失联，正会同公安查找"],
            ..Words::NONE
        },
        leaves: &[
            Leaf {
                code: "080401",
                topic: "健身卡",
                says: &[
                    "办的健身年卡，没练几次就关门了",
                    "花{y}元办健身卡，怀孕想退被拒",
                    "健身房换老板，原来的健身卡不认",
                    "私教课买了{o}节，教练走了不给退",
                ],
                words: Words::NONE,
            },
            Leaf {
                code: "080402",
                topic: "美容美发卡",
                says: &[
                    "充值{y}元的理发卡，去了发现关门",
                    "美容卡里还有{y}元，说转让就转让",
                    "被诱导刷卡办美容卡{w}万元",
                    "美发店卡内余额被限期用完",
                ],
                words: Words::NONE,
            },
            Leaf {
                code: "080403",
                topic: "培训预付费",
                says: &[
                    "给孩子交{w}万元培训费，机构跑路",
                    "报的舞蹈班停课，预付费不退",
                    "早教中心搬走，剩余课时不给退",
                    "驾校收费后{n}个月不安排练车",
                ],
                words: Words::NONE,
            },
        ],
    },
];
