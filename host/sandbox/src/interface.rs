//! The versions of the interface that this host serves, from one list, and what they share: how
//! a component is linked and called. Each version converts at its own door, in its own file; all
//! else knows the domain's one form.

use crate::engine::{CallState, Engine};
use crate::limits::MOST_INPUT_BYTES;
use crate::{v1_0, v2_0, v2_1};
use chuishao_domain::rule::effect::Proposal;
use chuishao_domain::rule::kinds::{EffectKind, ReviewPart};
use chuishao_domain::rule::manifest::Manifest;
use chuishao_domain::rule::review::ReviewInput;
use chuishao_domain::rule::settings::Settings;
use chuishao_domain::rule::view::RuleInput;
use semver::Version;
use wasmtime::component::{
    Component, ComponentExportIndex, ComponentNamedList, Instance, InstancePre, Lift, Lower, TypedFunc,
};
use wasmtime::{PoolConcurrencyLimitError, Store, Trap};

/// Makes the list of versions, and whatever goes by version.
macro_rules! versions {
    ($($case:ident = $module:ident),+) => {
        /// The versions of the interface that this host serves: every one ever released.
        pub const SERVED_VERSIONS: &[Version] = &[$($module::VERSION),+];

        /// A component that is linked as its version wants it.
        #[derive(Clone)]
        pub(crate) enum Linked {
            $($case($module::Linked)),+
        }

        impl Linked {
            /// Links a component of a version.
            ///
            /// # Errors
            /// The version is not served, or an export is missing or of another type.
            pub(crate) fn new(engine: &Engine, version: &Version, component: &Component) -> wasmtime::Result<Self> {
                $(if *version == $module::VERSION {
                    return Ok(Self::$case($module::Linked::new(engine, component)?));
                })+
                Err(wasmtime::format_err!("interface {version} is not served"))
            }

            pub(crate) fn instantiate(&self, store: &mut Store<CallState>) -> wasmtime::Result<Instance> {
                match self {
                    $(Self::$case(linked) => linked.handler().instantiate(store)),+
                }
            }

            pub(crate) fn on_event(&self, call: &mut Call<'_>, input: &RuleInput) -> Result<Vec<Proposal>, Unanswered> {
                match self {
                    $(Self::$case(linked) => linked.on_event(call, input)),+
                }
            }

            pub(crate) fn on_review(&self, call: &mut Call<'_>, input: &ReviewInput) -> Result<Vec<Proposal>, Unanswered> {
                match self {
                    $(Self::$case(linked) => linked.on_review(call, input)),+
                }
            }
        }

        /// The effects that a version has no word for.
        #[must_use]
        pub fn unknown_effects(version: &Version) -> &'static [EffectKind] {
            $(if *version == $module::VERSION {
                return $module::UNKNOWN_EFFECTS;
            })+
            EffectKind::ALL
        }

        /// Whether a version is told of modes (议定模式).
        #[must_use]
        pub fn tells_modes(version: &Version) -> bool {
            $((*version == $module::VERSION && $module::TELLS_MODES))||+
        }

        /// What of a review beyond the tallies a version is not told.
        #[must_use]
        pub fn unknown_parts(version: &Version) -> &'static [ReviewPart] {
            $(if *version == $module::VERSION {
                return $module::UNKNOWN_PARTS;
            })+
            ReviewPart::ALL
        }
    };
}

versions!(V1_0 = v1_0, V2_0 = v2_0, V2_1 = v2_1);

/// The text of the newest version, from which other languages get their bindings.
pub const NEWEST_TEXT: &str = include_str!("../../../wit/2.1.0/rule.wit");

/// Lets a version's `log` write into the call.
macro_rules! keep_log {
    ($log:ident) => {
        impl $log::Host for CallState {
            fn line(&mut self, level: $log::Level, text: String) -> wasmtime::Result<()> {
                let level = match level {
                    $log::Level::Debug => "debug",
                    $log::Level::Info => "info",
                    $log::Level::Warn => "warn",
                    $log::Level::Error => "error",
                };
                self.keep_line(level, &text)
            }
        }
    };
}

pub(crate) use keep_log;

/// Enums of the same cases on both sides: one line each, in both directions where both are
/// needed.
macro_rules! same {
    ($name:ident: $domain:ident => $wit:ident { $($case:ident),+ }) => {
        fn $name(from: $domain) -> wit::$wit {
            match from { $($domain::$case => wit::$wit::$case,)+ }
        }
    };
    ($name:ident: $wit:ident <= $domain:ident { $($case:ident),+ }) => {
        fn $name(from: wit::$wit) -> $domain {
            match from { $(wit::$wit::$case => $domain::$case,)+ }
        }
    };
}

pub(crate) use same;

/// One call under way.
pub(crate) struct Call<'a> {
    pub(crate) store: &'a mut Store<CallState>,
    pub(crate) instance: Instance,
    pub(crate) settings: &'a Settings,
    pub(crate) manifest: &'a Manifest,
}

/// Why a call has no answer.
pub(crate) enum Unanswered {
    /// The input has so many bytes, which is too many: there was no call.
    TooLarge(usize),
    /// It trapped, or its answer is not of the interface.
    Engine(wasmtime::Error),
    /// The typed failure: which variant, and the rule's words.
    Declined(&'static str, String),
}

impl From<wasmtime::Error> for Unanswered {
    fn from(error: wasmtime::Error) -> Self {
        Self::Engine(error)
    }
}

/// Refuses an input that is too large.
pub(crate) fn must_fit(bytes: usize) -> Result<(), Unanswered> {
    if bytes > MOST_INPUT_BYTES { Err(Unanswered::TooLarge(bytes)) } else { Ok(()) }
}

/// Compares the types of a version's functions with those of an instance.
pub(crate) type Compare = fn(&Instance, &mut Store<CallState>, &[ComponentExportIndex]) -> wasmtime::Result<()>;

/// The handler of a linked component.
#[derive(Clone)]
pub(crate) struct Handler {
    component: InstancePre<CallState>,
    functions: Vec<ComponentExportIndex>,
    compare: Compare,
    /// Whether the types of the functions were compared with the interface's. A guest that
    /// traps before they can be compared is compared whenever it does not.
    compared: bool,
}

impl Handler {
    /// Functions are found by name; types are compared once, on an instance that is thrown away.
    pub(crate) fn new(
        component: InstancePre<CallState>,
        mut store: Store<CallState>,
        version: &Version,
        functions: &[&str],
        compare: Compare,
    ) -> wasmtime::Result<Self> {
        let known = component.component();
        let handler = known.get_export_index(None, format!("chuishao:rule/handler@{version}").as_str());
        let find = |name: &&str| {
            let function = handler.as_ref().and_then(|handler| known.get_export_index(Some(handler), *name));
            function.ok_or_else(|| wasmtime::format_err!("{name} is not exported"))
        };
        let functions = functions.iter().map(find).collect::<wasmtime::Result<Vec<_>>>()?;
        let mut handler = Self { component, functions, compare, compared: false };
        match handler.instantiate(&mut store) {
            Ok(_) => handler.compared = true,
            Err(error) if error.is::<Trap>() || error.is::<PoolConcurrencyLimitError>() => {}
            Err(error) => return Err(error),
        }
        Ok(handler)
    }

    fn instantiate(&self, store: &mut Store<CallState>) -> wasmtime::Result<Instance> {
        let instance = self.component.instantiate(&mut *store)?;
        if !self.compared {
            (self.compare)(&instance, store, &self.functions)?;
        }
        Ok(instance)
    }

    /// Calls the function at a place of the list.
    ///
    /// # Safety
    /// [`Compare`] compares this function with these types: the instance of the call is this
    /// handler's own, types belong to the component, and no instance is handed out before they
    /// were compared.
    #[expect(unsafe_code, reason = "comparing the types again at every call takes as long as the rule itself")]
    pub(crate) unsafe fn call<P, R>(&self, call: &mut Call<'_>, place: usize, parameters: P) -> wasmtime::Result<R>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        let function = call.instance.get_func(&mut *call.store, self.functions[place]);
        let function = function.ok_or_else(|| wasmtime::format_err!("the function is not exported"))?;
        // SAFETY: as the caller promises.
        let function = unsafe { TypedFunc::<P, R>::new_unchecked(function) };
        function.call(&mut *call.store, parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_text_is_that_of_the_newest_version() {
        let newest = SERVED_VERSIONS.iter().max().expect("a version");
        assert!(NEWEST_TEXT.contains(&format!("\npackage chuishao:rule@{newest};\n")));
        assert_eq!(SERVED_VERSIONS.last(), Some(newest), "the list is in order");
    }
}
