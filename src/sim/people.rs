//! People: pages, who acknowledges them, and how long diagnosis takes.

mod pager;

pub use pager::OpenPage;

pub(super) use pager::Page;
