//! The question whose duty it is, in words.

use crate::World;
use crate::responsibility::ResponsibilityEvent;

pub(super) fn event(event: &ResponsibilityEvent, world: &World) -> String {
    let name = |id| world.catalogue.unit_name(id);
    match event {
        ResponsibilityEvent::LiabilityCaseOpened { hand_back_count } => {
            format!("已退回 {hand_back_count} 次，提请责任主体联合认定")
        }
        ResponsibilityEvent::LiabilityDecided { unit, panel, opinion } => {
            let panel = panel.iter().map(|seat| seat.term()).collect::<Vec<_>>().join("、");
            format!("联合认定（{panel}）：由 {} 承办，不得退回。{opinion}", name(unit))
        }
        ResponsibilityEvent::LiabilityRefused { unit, words } => {
            format!("{} 经认定仍不办理，提报市级领导：{words}", name(unit))
        }
        ResponsibilityEvent::LeaderSigned { unit, words } => {
            format!("市级领导签批：由 {} 承办，一次为定。{words}", name(unit))
        }
    }
}
