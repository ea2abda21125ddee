//! How people behave: each share is named here with its reason. Where no source gives one,
//! it is an assumption, chosen so that every path of a ticket's life is walked often enough
//! to be seen.

/// Tickets about a matter that somebody reported already, hours or days before (重复诉求;
/// assumption, between the 3 % and 10 % that cities publish).
pub const REPEATS: f64 = 0.06;
/// Of the repeats: those that belong to an outbreak, when there is one (assumption).
pub const REPEATS_IN_OUTBREAK: f64 = 0.5;
/// A fault of supply or heating concerns a whole building (assumption).
pub const OUTBREAKS: f64 = 0.007;
/// Of the repeats: the same person calls again (assumption).
pub const SAME_CALLER: f64 = 0.35;
/// Calls per person and year (assumption).
pub const CALLS_PER_PERSON: f64 = 2.2;
/// Calls by the few who call dozens of times (assumption).
pub const CALLS_OF_REGULARS: f64 = 0.08;
/// Who calls dozens of times (assumption).
pub const REGULARS: f64 = 0.005;
/// Calls about the caller's own street and estate (assumption).
pub const ABOUT_HOME: f64 = 0.7;
/// Enterprises that call the enterprises' own line (assumption).
pub const ENTERPRISE_LINE: f64 = 0.7;
/// 要求保密 (assumption).
pub const CONFIDENTIAL: f64 = 0.04;
/// The building is asked for while the call goes on (assumption).
pub const FILLED_IN_LATER: f64 = 0.18;
/// Nobody accepts within the hour: the call dropped, or somebody forgot (assumption).
pub const LEFT_WAITING: f64 = 0.006;
/// Night matters that are not urgent and wait for the morning's dispatch (assumption).
pub const NIGHT_WAITS: f64 = 0.5;
/// 市直部门直接办理 (assumption).
pub const CITY_HANDLES: f64 = 0.02;
/// Where a street may handle, it does (assumption).
pub const STREET_HANDLES: f64 = 0.4;
/// 协办: one unit assists (assumption).
pub const ASSISTED: f64 = 0.1;
/// A second unit assists (assumption).
pub const ASSISTED_TWICE: f64 = 0.02;
/// 申请退回: about 3 % (assumption; the peers' published rates lie between 2 % and 6 %).
pub const HAND_BACKS: f64 = 0.03;
/// Of these: approved (assumption).
pub const HAND_BACKS_APPROVED: f64 = 0.7;
/// 申请延期: of the ordinary matters (assumption).
pub const EXTENSIONS: f64 = 0.025;
/// Of these: refused (assumption).
pub const EXTENSIONS_REFUSED: f64 = 0.1;
/// The first handling itself takes longer than promised (assumption).
pub const LATE: f64 = 0.04;
/// Taken up late: more than a working day (assumption).
pub const TAKEN_UP_LATE: f64 = 0.03;
/// The caller hears from the unit only after the first contact's limit (assumption).
pub const CONTACT_LATE: f64 = 0.03;
/// The unit does not record a contact before its report (assumption).
pub const NO_CONTACT: f64 = 0.05;
/// The situation is grasped after the 2 hours (assumption).
pub const GRASP_LATE: f64 = 0.06;
/// 审核退回补充 (assumption).
pub const SENT_BACK: f64 = 0.06;
/// The city department urges when a matter is overdue (assumption).
pub const SUPERVISED_WHEN_LATE: f64 = 0.6;
/// The city department guides or oversees a matter that is on time (assumption).
pub const SUPERVISED: f64 = 0.015;
/// Callers reached at the second or third attempt (assumption).
pub const REACHED_LATER: f64 = 0.04;
/// Callers never reached in three attempts (assumption).
pub const NEVER_REACHED: f64 = 0.015;
/// Of what is not solved at first: explained and closed without a second handling, because
/// what is wanted cannot be had (解释办结; assumption).
pub const GIVEN_UP: f64 = 0.2;
/// Of the rest: handled a third time (assumption).
pub const THIRD_HANDLING: f64 = 0.1;
/// And of these: a fourth time (assumption).
pub const FOURTH_HANDLING: f64 = 0.15;
/// Callers reached who rate the handling (assumption).
pub const RATED: f64 = 0.92;
/// In the end solved, of what was handled again (assumption).
pub const SOLVED_LATER: f64 = 0.85;
/// A unit's own account says solved although the caller will say no (assumption).
pub const CLAIMED: f64 = 0.7;
