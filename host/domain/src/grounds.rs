//! Closed lists (固定清单) that people choose from when a ticket leaves its plain way: grounds
//! of refusal, emergency lines, grounds of handing back, receivers of referrals, seats of the
//! liability panel. Each entry carries the words that people read.

use serde::{Deserialize, Serialize};

/// 不予受理情形 (国办发〔2020〕53号, 国办函〔2025〕66号): a closed list; nobody is turned away for
/// another reason (guard rail G6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeclineGround {
    /// 诉讼
    Litigation,
    /// 仲裁
    Arbitration,
    /// 纪检监察
    DisciplineInspection,
    /// 行政复议
    AdministrativeReconsideration,
    /// 政府信息公开
    InformationDisclosure,
    /// 已进入信访渠道
    Petition,
    /// 国家秘密、商业秘密、个人隐私
    SecretsOrPrivacy,
    /// 违反公序良俗
    PublicOrder,
}

impl DeclineGround {
    /// The whole list, in the norms' order.
    pub const ALL: [Self; 8] = [
        Self::Litigation,
        Self::Arbitration,
        Self::DisciplineInspection,
        Self::AdministrativeReconsideration,
        Self::InformationDisclosure,
        Self::Petition,
        Self::SecretsOrPrivacy,
        Self::PublicOrder,
    ];

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Litigation => "须通过或已进入诉讼",
            Self::Arbitration => "须通过或已进入仲裁",
            Self::DisciplineInspection => "属于纪检监察事项",
            Self::AdministrativeReconsideration => "须通过或已进入行政复议",
            Self::InformationDisclosure => "属于政府信息公开事项",
            Self::Petition => "已进入信访渠道",
            Self::SecretsOrPrivacy => "涉及国家秘密、商业秘密、个人隐私",
            Self::PublicOrder => "违反社会公序良俗",
        }
    }

    /// 合法途径: what the caller is told. Nobody is sent away without a way.
    #[must_use]
    pub fn lawful_way(self) -> &'static str {
        match self {
            Self::Litigation => "请向有管辖权的人民法院提起诉讼或向办案法院反映，可拨打 12368 诉讼服务热线",
            Self::Arbitration => "请按仲裁协议向仲裁委员会申请；劳动人事争议请向劳动人事争议仲裁委员会申请",
            Self::DisciplineInspection => "请向纪检监察机关反映，可拨打 12388",
            Self::AdministrativeReconsideration => "请向行政复议机关（市、县人民政府司法行政部门）申请行政复议",
            Self::InformationDisclosure => "请向有关行政机关的政府信息公开工作机构提出申请",
            Self::Petition => "请向已受理的信访工作机构查询办理情况，或依法申请复查、复核",
            Self::SecretsOrPrivacy => "请向有权机关依法提出，通话中请勿说明涉密或他人隐私内容",
            Self::PublicOrder => "请以合法、文明的方式提出诉求，热线随时可以再次登记",
        }
    }
}

/// 紧急热线: such a call is passed on at once, without anybody's approval (国办函〔2025〕66号).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub enum EmergencyLine {
    /// 公安报警
    #[serde(rename = "110")]
    Police,
    /// 消防救援
    #[serde(rename = "119")]
    Fire,
    /// 医疗急救
    #[serde(rename = "120")]
    Ambulance,
    /// 交通事故报警
    #[serde(rename = "122")]
    Traffic,
}

impl EmergencyLine {
    /// Its number and name.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Police => "110 公安报警",
            Self::Fire => "119 消防救援",
            Self::Ambulance => "120 医疗急救",
            Self::Traffic => "122 交通事故报警",
        }
    }
}

/// 退回情形: why a unit hands a ticket back. The words say the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HandBackGround {
    /// 不属于本单位职责
    NotOurDuty,
    /// 不在本辖区
    NotOurArea,
    /// 不在热线受理范围 (article row 15)
    OutOfScope,
    /// 诉求要素不清、无法办理
    Unclear,
}

impl HandBackGround {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::NotOurDuty => "不属于本单位职责",
            Self::NotOurArea => "不在本辖区",
            Self::OutOfScope => "不在热线受理范围",
            Self::Unclear => "诉求要素不清",
        }
    }
}

/// 转介单位: the five receivers of 涉法涉诉涉信访 matters (article row 60). Who they are in this
/// city, and before which the caller has to agree, says the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Receiver {
    /// 法院
    Court,
    /// 仲裁: arbitration and commercial mediation, with the caller's consent (article row 61)
    Arbitration,
    /// 公安
    PublicSecurity,
    /// 司法
    Justice,
    /// 信访
    Petitions,
}

impl Receiver {
    /// All of them, in the article's order.
    pub const ALL: [Self; 5] = [Self::Court, Self::Arbitration, Self::PublicSecurity, Self::Justice, Self::Petitions];

    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::Court => "法院",
            Self::Arbitration => "仲裁（含商事调解）",
            Self::PublicSecurity => "公安",
            Self::Justice => "司法",
            Self::Petitions => "信访",
        }
    }
}

/// 认定小组成员 (article row 55).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PanelSeat {
    /// 市纪委
    DisciplineInspection,
    /// 市级行业主管部门
    Department,
    /// 法律顾问
    LegalAdviser,
    /// 公职律师
    PublicLawyer,
}

impl PanelSeat {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::DisciplineInspection => "市纪委",
            Self::Department => "市级行业主管部门",
            Self::LegalAdviser => "法律顾问",
            Self::PublicLawyer => "公职律师",
        }
    }
}

/// 直办依据: what a direct answer rests on (article rows 16, 26, 27, 48).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerBasis {
    /// 知识库
    KnowledgeBase,
    /// 专席专业解答: a resident lawyer or a heating company's own seat
    Expert,
    /// 三方连线: the unit answered on the line
    ThreeWayCall,
}

impl AnswerBasis {
    /// The Chinese term.
    #[must_use]
    pub fn term(self) -> &'static str {
        match self {
            Self::KnowledgeBase => "知识库",
            Self::Expert => "专席解答",
            Self::ThreeWayCall => "三方连线",
        }
    }
}
