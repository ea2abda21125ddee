//! Floor 1: an invented year of the hotline (生成的一年): tickets in any number, the same for
//! the same seed, made by the same door as real calls. Pure: no I/O, no clock.
//!
//! In reading order:
//! - [`brief`]: what is asked for;
//! - [`season`], [`mix`], [`people`]: when who calls from where about what;
//! - [`habits`]: how people behave, each share with its reason;
//! - [`figures`]: the articles' figures, and how the year comes to exactly these;
//! - [`plan`], [`plans`]: one ticket as it will be, and all of them in the order of receipt;
//! - [`course`]: when each step of a life is taken;
//! - [`story`], [`life`], [`units`]: a plan is lived, command by command, at somebody's desk;
//! - [`words`]: what people write and say;
//! - [`dice`]: chance that repeats.
//!
//! ```
//! # use chuishao_domain::World;
//! use chuishao_generator::{Brief, Plans};
//! # fn main() -> Result<(), chuishao_generator::BriefError> {
//! let world = World::weifang();
//! let brief = Brief { tickets: 1_000, ..Brief::usual(2024, 7) };
//! let plans = Plans::new(&brief, &world)?;
//! assert_eq!(plans.count(), 1_000);
//! # Ok(())
//! # }
//! ```

pub mod brief;
pub mod course;
pub mod dice;
pub mod figures;
pub mod habits;
pub mod life;
pub mod mix;
pub mod people;
pub mod plan;
pub mod plans;
pub mod season;
pub mod story;
pub mod units;
pub mod words;

pub use brief::{Brief, BriefError};
pub use life::{Life, live};
pub use plan::{Fate, Plan};
pub use plans::Plans;
pub use story::Desk;
pub use words::Person;
