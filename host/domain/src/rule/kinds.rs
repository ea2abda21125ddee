//! The kinds of events a rule can listen to, of effects it can ask for and of ticket fields
//! it can read, by the names that the interface gives them. A test holds them against the
//! interface's text.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! kinds {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal $term:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $(#[doc = $term] $variant,)+
        }

        impl $name {
            /// All of them, in the interface's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name, as in the interface and the manifest.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }

            /// The Chinese term.
            #[must_use]
            pub fn term(self) -> &'static str {
                match self {
                    $(Self::$variant => $term,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

kinds! {
    /// What a rule can listen to.
    EventKind {
        Registered = "registered" "登记",
        FilledIn = "filled-in" "补充填写",
        Reclassified = "reclassified" "改派分类",
        Accepted = "accepted" "受理",
        Dispatched = "dispatched" "派单",
        TakenUp = "taken-up" "签收",
        HandBackAsked = "hand-back-asked" "申请退回",
        HandBackRuled = "hand-back-ruled" "退回审定",
        ExtensionAsked = "extension-asked" "申请延期",
        ExtensionRuled = "extension-ruled" "延期审定",
        Supervised = "supervised" "督促指导监督",
        Grasped = "grasped" "掌握情况",
        CallerContacted = "caller-contacted" "联系来电人",
        ReportedBack = "reported-back" "反馈办理结果",
        Reviewed = "reviewed" "审核",
        SentBack = "sent-back" "退回补充",
        FollowedUp = "followed-up" "回访",
        Reopened = "reopened" "重办",
        ClosedOut = "closed-out" "办结",
        UrgencyRaised = "urgency-raised" "紧急程度提高",
        TaskOpened = "task-opened" "开立任务",
        TaskDone = "task-done" "任务完成",
        TaskOverdue = "task-overdue" "任务超期",
        EarlyWarning = "early-warning" "预警",
        Overdue = "overdue" "超期",
        TimerFired = "timer-fired" "定时到",
        DailyReview = "daily-review" "每日研判",
        MonthlyReview = "monthly-review" "每月研判",
    }
}

kinds! {
    /// What a rule can ask for.
    EffectKind {
        RequireField = "require-field" "要求填写",
        SuggestCategory = "suggest-category" "建议分类",
        SuggestSeat = "suggest-seat" "建议坐席",
        AddTag = "add-tag" "加标签",
        RaiseUrgency = "raise-urgency" "提高紧急程度",
        TightenDeadline = "tighten-deadline" "提前时限",
        AddCopy = "add-copy" "增加抄送",
        SuggestUnit = "suggest-unit" "建议承办单位",
        AskEvidence = "ask-evidence" "要求举证",
        SendBack = "send-back" "退回补充",
        OpenTask = "open-task" "开立任务",
        EnterLedger = "enter-ledger" "记入台账",
        Nominate = "nominate" "提名议题",
        Notify = "notify" "通知",
        SetTimer = "set-timer" "设定时器",
        CancelTimer = "cancel-timer" "取消定时器",
        SetField = "set-field" "写扩展字段",
        Remember = "remember" "备忘",
        ScoreLocally = "score-locally" "本地评分",
        WriteSection = "write-section" "写入报告",
        AttachOpinion = "attach-opinion" "附意见",
        SuggestReferral = "suggest-referral" "建议转介",
        RequireRecord = "require-record" "要求任务记录",
        OmitFromFeed = "omit-from-feed" "推送略去",
        LinkDocument = "link-document" "挂接文件",
        SettleEntry = "settle-entry" "销号",
    }
}

kinds! {
    /// What a rule can read of a ticket beyond what is always there (id, channel, kinds,
    /// category, territory, urgency, state, moments, counts).
    TicketField {
        Title = "title" "标题",
        Body = "body" "诉求内容",
        Street = "street" "街道",
        Estate = "estate" "小区",
        Building = "building" "楼栋",
        Tags = "tags" "标签",
        Fields = "fields" "扩展字段",
        Assignments = "assignments" "承办",
        Copies = "copies" "抄送",
        Deadlines = "deadlines" "时限",
        FollowUps = "follow-ups" "回访",
        Tasks = "tasks" "任务",
        Words = "words" "理由、意见和办理情况",
    }
}

kinds! {
    /// What a rule can read in a periodic review beyond the tallies.
    ReviewPart {
        Units = "units" "各承办单位办结情况",
        Ledgers = "ledgers" "本规则台账的未销号条目",
    }
}

impl EffectKind {
    /// Whether it can only be asked for in a periodic review.
    #[must_use]
    pub fn is_of_reviews(self) -> bool {
        self == Self::WriteSection
    }
}

impl EventKind {
    /// Whether it is a periodic review and not an event of a ticket.
    #[must_use]
    pub fn is_review(self) -> bool {
        matches!(self, Self::DailyReview | Self::MonthlyReview)
    }
}

impl EffectKind {
    /// The event of its own that other rules can listen to, if it makes one.
    #[must_use]
    pub fn leads_to(self) -> Option<EventKind> {
        match self {
            Self::RaiseUrgency => Some(EventKind::UrgencyRaised),
            Self::SendBack => Some(EventKind::SentBack),
            Self::OpenTask => Some(EventKind::TaskOpened),
            // A field that a rule wrote was filled in by nobody.
            Self::SetField
            | Self::RequireField
            | Self::SuggestCategory
            | Self::SuggestSeat
            | Self::AddTag
            | Self::TightenDeadline
            | Self::AddCopy
            | Self::SuggestUnit
            | Self::AskEvidence
            | Self::EnterLedger
            | Self::Nominate
            | Self::Notify
            | Self::SetTimer
            | Self::CancelTimer
            | Self::Remember
            | Self::ScoreLocally
            | Self::WriteSection
            | Self::AttachOpinion
            | Self::SuggestReferral
            | Self::RequireRecord
            | Self::OmitFromFeed
            | Self::LinkDocument
            | Self::SettleEntry => None,
        }
    }
}
