//! The list itself. Guards that a status cannot express stand here in words and in
//! [`crate::handle`] as code.

use super::Transition;
use crate::actor::PostKind;
use crate::actor::PostKind::{
    CallTaker, CityLeader, Clock, CompanySeat, DepartmentSupervisor, Dispatcher, EnterpriseSeat, FollowUpStaff,
    HotlineOffice, LegalSeat, LiabilityPanel, Reviewer, Rule, UnitClerk,
};
use crate::status::Status::{
    self, Accepted, Archived, AwaitingFollowUp, ClosedOut, Declined, Handling, InReview, LiabilityCase, Merged,
    PassedOn, Referred, Registered,
};

/// Who takes calls.
const TAKERS: &[PostKind] = &[CallTaker, EnterpriseSeat];
/// Who may answer on the spot.
const SEATS: &[PostKind] = &[CallTaker, EnterpriseSeat, LegalSeat, CompanySeat];
/// Not yet with a unit.
const BEFORE_DISPATCH: &[Status] = &[Registered, Accepted];
/// Somebody has work to do on it.
const AT_WORK: &[Status] = &[Accepted, LiabilityCase, Handling, InReview];
/// From acceptance to the archive: a copy lives as long.
const BEFORE_ARCHIVE: &[Status] =
    &[Accepted, Merged, Referred, LiabilityCase, Handling, InReview, AwaitingFollowUp, ClosedOut];

macro_rules! transitions {
    ($($command:literal $term:literal: $who:expr, $from:expr => $to:expr; $chinese:literal $english:literal; $source:literal)+) => {
        &[$(Transition {
            command: $command,
            term: $term,
            who: $who,
            from: $from,
            to: $to,
            guard: ($chinese, $english),
            source: $source,
        },)+]
    };
}

/// All transitions, in the order of a ticket's life.
pub const TRANSITIONS: &[Transition] = transitions! {
    "register" "登记": TAKERS, &[] => &[Registered];
        "必填齐全；身份只入保险库" "fields complete; identity goes to the vault alone"; "GB/T 33358-2016 3.6"
    "fill-in" "补充填写": TAKERS, &[Registered] => &[];
        "只填要求填写的内容" "only what was asked for"; "文章 25"
    "accept" "受理": TAKERS, &[Registered] => &[Accepted];
        "必填已填或说明原因；没有待审定的不予受理" "required fields filled or explained; no decline pending"; "国办发〔2020〕53号"
    "reclassify" "改派分类": &[CallTaker, EnterpriseSeat, Dispatcher], BEFORE_DISPATCH => &[];
        "分类在目录中" "the category is in the catalogue"; "文章 14"
    "ask-decline" "申请不予受理": TAKERS, BEFORE_DISPATCH => &[];
        "理由在清单中；没有待审定的申请" "a ground of the closed list; nothing pending"; "国办发〔2020〕53号、国办函〔2025〕66号"
    "rule-decline" "不予受理审定": &[Reviewer], BEFORE_DISPATCH => &[Declined];
        "有待审定的申请；告知合法途径" "a request is pending; the caller is told the lawful way"; "国办发〔2020〕53号"
    "pass-on-emergency" "转紧急热线": TAKERS, BEFORE_DISPATCH => &[PassedOn];
        "110、119、120、122 立即转接" "passed on at once"; "国办函〔2025〕66号"
    "three-way-call" "三方连线": SEATS, &[Accepted, Handling] => &[];
        "一般诉求限工作时间，紧急诉求不限；企业坐席限供热诉求" "ordinary matters in working hours, urgent ones at any time; a company's seat for heating alone"; "文章 27、51"
    "answer-directly" "直办": SEATS, &[Accepted] => &[AwaitingFollowUp];
        "三方连线作答的须先连线；专席解答限专席" "a three-way answer needs the call; an expert's answer needs an expert's seat"; "文章 16、26、27、48"
    "refer" "转介": &[Dispatcher, LegalSeat], &[Accepted] => &[Referred];
        "仲裁、调解须来电人同意" "arbitration and mediation with the caller's consent alone"; "文章 60、61"
    "record-referral-result" "登记转介结果": &[Dispatcher, LegalSeat], &[Referred] => &[AwaitingFollowUp];
        "结果为文字" "the result is text"; "文章 60"
    "merge" "并单": &[Dispatcher], &[Accepted] => &[Merged];
        "主单在办、同区县同类，且双方都未并单" "the main ticket is open, of the same territory and group; neither is merged"; "国办函〔2025〕66号"
    "absorb" "并入": &[Clock], Status::ALL => &[];
        "随并单产生；主单已办结的，并入的工单随即回访" "follows from merging; a main ticket that is at its end has it followed up at once"; "国办函〔2025〕66号"
    "answer-merged" "主单办结": &[Clock], &[Merged] => &[AwaitingFollowUp];
        "并入的正是该主单；各自回访" "it is merged into that ticket; every caller is followed up"; "国办函〔2025〕66号"
    "dispatch" "派单": &[Dispatcher], &[Accepted] => &[Handling];
        "一个主办；同时抄送市级行业主管部门和上级；部门事项不派街镇" "one lead unit; copies to the city department and the levels above; no department's matter to a street"; "文章 1、29、国办函〔2025〕66号"
    "dispatch" "改派": &[Dispatcher], &[Handling] => &[];
        "主办单位已撤销；认定和签批的派给接替单位" "its lead unit is retired; what was decided goes to the successor"; "职责清单换版（设定）"
    "take-up" "签收": &[UnitClerk], &[Handling] => &[];
        "是承办单位且未签收" "it has a part and has not signed"; "1 个工作日（设定）"
    "ask-hand-back" "申请退回": &[UnitClerk], &[Handling] => &[];
        "主办；2 个工作日内；理由在清单中；认定和签批的不得退回" "the lead unit, within 2 working days, from the list; never after a decision or a signature"; "山东省政务服务热线管理办法"
    "rule-hand-back" "退回审定": &[Reviewer], &[Handling] => &[Accepted, LiabilityCase];
        "有待审定的退回；第 2 次起转责任认定" "a hand-back is pending; the 2nd opens a liability case"; "文章 54、国办函〔2025〕66号"
    "decide-liability" "责任认定": &[LiabilityPanel], &[LiabilityCase] => &[Handling];
        "市纪委、行业主管部门、法律顾问或公职律师参加" "discipline inspection, the department, and a legal adviser or public lawyer sit"; "文章 54、55"
    "escalate-refusal" "提报市级领导": &[HotlineOffice], &[Handling] => &[];
        "已认定、未签批" "decided and not yet signed"; "文章 56"
    "sign-responsibility" "领导签批": &[CityLeader], &[Handling] => &[];
        "已提报；一次为定" "it was reported; final"; "文章 56"
    "ask-extension" "申请延期": &[UnitClerk], &[Handling] => &[];
        "主办；到期前；最多 10 个工作日、一次；紧急诉求不延期" "the lead unit, before due, at most 10 working days, once; no urgent matter"; "山东省政务服务热线管理办法"
    "rule-extension" "延期审定": &[Reviewer], &[Handling] => &[];
        "有待审定的延期" "an extension is pending"; "山东省政务服务热线管理办法"
    "record-grasp" "掌握情况": &[UnitClerk], &[Handling] => &[];
        "是承办单位" "it has a part"; "文章 51"
    "record-contact" "联系来电人": &[UnitClerk], &[Handling] => &[];
        "是承办单位" "it has a part"; "1 个工作日（设定）"
    "report-back" "反馈办理结果": &[UnitClerk], &[Handling] => &[InReview];
        "主办；没有待审定的申请" "the lead unit; nothing pending"; "国办发〔2020〕53号"
    "review" "审核": &[Reviewer], &[InReview] => &[AwaitingFollowUp, Handling];
        "退回补充须说明" "sending back needs words"; "国办发〔2020〕53号"
    "follow-up" "回访": &[FollowUpStaff], &[AwaitingFollowUp] => &[ClosedOut, Handling, Accepted];
        "接通须问是否解决；未解决或不满意即重办或解释办结；三次未接通办结" "asks whether it is solved; reworked or explained if not; closed after three unreached calls"; "国办发〔2020〕53号、山东省 2017"
    "finish-task" "任务完成": &[UnitClerk], Status::ALL => &[];
        "任务属于本单位" "the task is the unit's"; "文章 22、41、43"
    "take-up-copy" "签收抄送": &[DepartmentSupervisor], BEFORE_ARCHIVE => &[];
        "有法定抄送且未签收" "it has the statutory copy and has not signed"; "文章 4；1 个工作日（设定）"
    "supervise" "督促、指导、监督": &[DepartmentSupervisor], &[Handling, InReview, AwaitingFollowUp] => &[];
        "有抄送或参加联合督办；对象是承办单位" "it has a copy or supervises jointly; the target has a part"; "文章 2、20"
    "give-opinion" "书面意见": &[DepartmentSupervisor], BEFORE_ARCHIVE => &[];
        "有法定抄送" "it has the statutory copy"; "文章 8"
    "remind" "催办": TAKERS, Status::OPEN => &[];
        "来电人再次来电" "the caller called again"; "国办发〔2020〕53号"
    "order-supervision" "督办": &[HotlineOffice], AT_WORK => &[];
        "没有未回复的督办" "no order waits for its answer"; "山东省 2017"
    "answer-supervision" "督办回复": &[UnitClerk], BEFORE_ARCHIVE => &[];
        "督办的对象或现主办单位" "the unit that was ordered, or the lead unit now"; "山东省 2017"
    "open-joint-supervision" "联合督办": &[HotlineOffice], AT_WORK => &[];
        "两个以上市直部门；没有进行中的联合督办" "two city units at least; none is going on"; "文章 59"
    "end-joint-supervision" "结束联合督办": &[HotlineOffice], BEFORE_ARCHIVE => &[];
        "有进行中的联合督办" "one is going on"; "文章 59"
    "blow-whistle" "吹哨": &[HotlineOffice], AT_WORK => &[];
        "单位在目录中且属本区县或市直" "known units of the territory or the city"; "文章 34"
    "check-in" "报到": &[UnitClerk, DepartmentSupervisor], BEFORE_ARCHIVE => &[];
        "被吹哨且未报到" "it was summoned and has not checked in"; "文章 34"
    "mark-appeal" "考核申诉": &[Clock], &[ClosedOut] => &[];
        "随考核申诉的提出和裁定产生" "follows from an appeal that was lodged or decided"; "归档条件（设定）"
    "tick" "时钟": &[Clock], Status::ALL => &[];
        "预警、超期、红牌、应办事项、定时器，各一次" "warnings, overdue marks, red cards, duties, timers: each once"; "山东省 2017"
    "tick" "归档": &[Clock], &[ClosedOut, Declined, PassedOn] => &[Archived];
        "结束满 7 天且没有未决申诉" "7 days after the end, unless an appeal is open"; "归档期限（设定）"
    "leave-rule" "规则移除善后": &[Clock], Status::ALL => &[];
        "随插件的移除产生" "follows from the removal of a plugin"; "插件移除（设定）"
    "propose" "规则提议": &[Rule], Status::ALL => &[];
        "护栏" "the guard rails"; "护栏 G1–G18"
    "propose" "规则退回补充": &[Rule], &[InReview] => &[Handling];
        "每轮办理一次" "once a round of handling"; "护栏 G13"
};
