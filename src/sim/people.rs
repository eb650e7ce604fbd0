//! People: what they are asked to do and how long that takes, the pages they get, and who answers them.

mod orders;
mod pager;

pub use pager::OpenPage;

pub(super) use orders::Orders;
pub(super) use pager::Pager;
