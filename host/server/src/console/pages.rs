//! The book of pages (页面簿): each page and each form is written down once, with what the table of
//! permissions is asked about whoever comes. The router is made from the same lines, so that no page can
//! be forgotten; whom a page is not for is refused before anything is asked in his name.

use super::Console;
use super::received::received;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use chuishao_domain::World;
use chuishao_domain::account::action::Action;
use chuishao_domain::account::permission::{Target, admit};
use chuishao_domain::account::post::Acting;
use chuishao_domain::refusal::Refusal;
use std::sync::LazyLock;

/// Whom a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Anybody, also before signing in.
    Anybody,
    /// Whoever may do this, be it at the own place alone. What of it is his the API says.
    WhoMay(Action),
    /// Whoever may do this in a territory: in all of them, or in the one where the post is held. A post in a
    /// department of the city is held in none.
    WhoMayInTerritory(Action),
    /// Whoever may do this in the whole city.
    WhoMayInCity(Action),
}

impl For {
    /// What the table is asked about.
    #[must_use]
    pub fn action(self) -> Option<Action> {
        match self {
            Self::Anybody => None,
            Self::WhoMay(action) | Self::WhoMayInTerritory(action) | Self::WhoMayInCity(action) => Some(action),
        }
    }

    /// Refuses whom it is not for, in the words of the table.
    ///
    /// # Errors
    /// `not-entitled`, naming who may.
    pub fn admits(self, acting: Option<&Acting>, world: &World) -> Result<(), Refusal> {
        match (self, acting) {
            // The own account is everybody's, in whatever post and without any.
            (Self::Anybody | Self::WhoMay(Action::OwnAccount), _) => Ok(()),
            (Self::WhoMay(action), Some(acting)) => admit(acting, action, Target::Any, world),
            (Self::WhoMayInTerritory(action), Some(acting)) => {
                let own = acting.post.territory(&world.catalogue).filter(|territory| !territory.is_city());
                admit(acting, action, own.as_ref().map_or(Target::City, Target::Territory), world)
            }
            (Self::WhoMayInCity(action), Some(acting)) => admit(acting, action, Target::City, world),
            (_, None) => Err(Refusal::new(
                "not-entitled",
                "您的账号还没有岗位，请联系安全管理员授予",
                "the account holds no post yet; ask the security administrator",
            )),
        }
    }
}

/// A page, or a form that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// `GET` shows, `POST` changes.
    pub method: &'static str,
    /// Where it stands below [`ROOT`](super::ROOT), as the router writes it.
    pub path: &'static str,
    /// Whom it is for.
    pub whom: For,
}

/// The page that stands where a form goes, or the nearest above it; empty where that is the first page.
pub fn page_behind(path: &str) -> &str {
    static SHOWN: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let shown = super::pages().into_iter().filter(|page| page.method == "GET");
        shown.map(|page| page.path).collect()
    });
    let above = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above));
    let mut above = above.filter(|path| SHOWN.iter().any(|shown| fits(shown, path)));
    above.next().unwrap_or_default()
}

/// Whether an address is one of a page, as the router writes that.
fn fits(shown: &str, path: &str) -> bool {
    let same = |(shown, given): (&str, &str)| shown.starts_with('{') || shown == given;
    shown.split('/').count() == path.split('/').count() && shown.split('/').zip(path.split('/')).all(same)
}

/// A form comes in before its page reads it, within its page's own limit.
fn form<H: Handler<T, Console>, T: 'static>(handler: H) -> MethodRouter<Console> {
    post(handler).layer(middleware::from_fn(received))
}

/// The pages so far.
#[derive(Default)]
pub struct Pages {
    router: Router<Console>,
    list: Vec<Page>,
}

impl Pages {
    /// Writes down a page.
    pub fn get<H: Handler<T, Console>, T: 'static>(self, path: &'static str, whom: For, handler: H) -> Self {
        self.at("GET", path, whom, get(handler))
    }

    /// Writes down a form.
    pub fn post<H: Handler<T, Console>, T: 'static>(self, path: &'static str, whom: For, handler: H) -> Self {
        self.at("POST", path, whom, form(handler))
    }

    /// Writes down a form that carries more than words.
    pub fn large_post<H: Handler<T, Console>, T: 'static>(
        self,
        path: &'static str,
        whom: For,
        (handler, most_bytes): (H, usize),
    ) -> Self {
        self.at("POST", path, whom, form(handler).layer(DefaultBodyLimit::max(most_bytes)))
    }

    fn at(mut self, method: &'static str, path: &'static str, whom: For, route: MethodRouter<Console>) -> Self {
        self.router = self.router.route(path, route.layer(Extension(whom)));
        self.list.push(Page { method, path, whom });
        self
    }

    /// The router, and the list.
    pub fn close(self) -> (Router<Console>, Vec<Page>) {
        (self.router, self.list)
    }
}
