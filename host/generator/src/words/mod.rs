//! What people say and write in an invented year: callers, places, matters, and the words of
//! those who handle them. Persons, estates and telephone numbers are invented.

mod handling;
mod matters;
mod people;
mod places;
mod replies;
mod slots;

pub use handling::{contact, explanation, grasp, result, unanswered};
pub use matters::{Matter, matter};
pub use people::{Person, person};
pub use places::{Spot, spot, spots};
pub use replies::{
    extension_opinion, extension_reason, hand_back_opinion, hand_back_reason, opinion, supervision, supplement,
};
