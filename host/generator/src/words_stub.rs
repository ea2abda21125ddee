//! What people say. A placeholder.
use crate::dice::Dice;
use chuishao_domain::World;
use chuishao_domain::ids::{CategoryCode, TerritoryId};
use chuishao_domain::ticket::MatterKind;
#[allow(missing_docs, reason = "stub")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person { pub name: String, pub phone: String, pub enterprise: bool }
#[allow(missing_docs, reason = "stub")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot { pub street: String, pub estate: String, pub building: String }
#[allow(missing_docs, reason = "stub")]
pub struct Matter { pub kind: MatterKind, pub title: String, pub body: String }
/// s
pub fn person(_seed: u64, number: u64) -> Person { Person { name: format!("王{number}"), phone: format!("139{number:08}"), enterprise: number % 12 == 0 } }
/// s
pub fn spot(_world: &World, _territory: &TerritoryId, number: u64, dice: &mut Dice) -> Spot {
    Spot { street: "大虞街道".into(), estate: format!("{number}小区"), building: format!("{}号楼", dice.below(30)) } }
/// s
pub fn matter(_c: &CategoryCode, spot: &Spot, _p: &Person, _d: &mut Dice) -> Matter {
    Matter { kind: MatterKind::Help, title: format!("{}家中暖气不热", spot.estate), body: "来电人反映".into() } }
macro_rules! say { ($($name:ident($($t:ty),*);)*) => { $(#[doc = "s"] pub fn $name($(_: $t,)* _d: &mut Dice) -> String { "已联系".into() })* } }
say! { grasp(&CategoryCode); contact(); result(&CategoryCode, bool, bool); supplement(); hand_back_reason(); hand_back_opinion(bool);
extension_reason(&CategoryCode); extension_opinion(); supervision(); opinion(bool, bool); explanation(&CategoryCode); unanswered(); }
