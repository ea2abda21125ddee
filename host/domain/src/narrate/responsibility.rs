//! The question whose duty it is, in words.

use crate::World;
use crate::english;
use crate::responsibility::ResponsibilityEvent;
use crate::sentence::{Sentence, Text, data, term};

pub(super) fn event(event: &ResponsibilityEvent, world: &World) -> Sentence {
    let name = |id| world.catalogue.unit_name(id);
    match event {
        ResponsibilityEvent::LiabilityCaseOpened { hand_back_count } => Sentence::new(
            format!("已退回 {hand_back_count} 次，提请责任主体联合认定"),
            english!("Handed back {} times; a panel is asked whose duty it is", hand_back_count),
        ),
        ResponsibilityEvent::LiabilityDecided { unit, panel, opinion } => {
            let unit = name(unit);
            let seats = panel.iter().map(|seat| seat.term()).collect::<Vec<_>>().join("、");
            let in_english = Text::joined(panel.iter().map(term), ", ");
            Sentence::new(
                format!("联合认定（{seats}）：由 {unit} 承办，不得退回。{opinion}"),
                english!(
                    "The panel ({}): {} handles it and may not hand it back. {}",
                    in_english,
                    data(unit),
                    data(opinion)
                ),
            )
        }
        ResponsibilityEvent::LiabilityRefused { unit, words } => {
            let unit = name(unit);
            Sentence::new(
                format!("{unit} 经认定仍不办理，提报市级领导：{words}"),
                english!("{} still does not handle it; put before a city leader: {}", data(unit), data(words)),
            )
        }
        ResponsibilityEvent::LeaderSigned { unit, words } => {
            let unit = name(unit);
            Sentence::new(
                format!("市级领导签批：由 {unit} 承办，一次为定。{words}"),
                english!("Signed by a city leader: {} handles it, once and for all. {}", data(unit), data(words)),
            )
        }
    }
}
