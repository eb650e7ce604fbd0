//! What the draws of one request are numbered by, so that each is the same whatever else is drawn. A key is a hash of the
//! name of a service or a defect, with its low 24 bits zero.

/// Which user asks.
pub const USER: u64 = 1;
/// What kind of request.
pub const KIND: u64 = 2;
/// Which proxy it comes to.
pub const PROXY: u64 = 3;
/// Which pool, where the split is by luck.
pub const ROUTE: u64 = 4;
/// Whether it is mirrored.
pub const MIRROR: u64 = 5;
/// How long the client waits in a queue.
pub const PATIENCE: u64 = 6;
/// Which client of the flag service evaluates its flags.
pub const FLAG_CLIENT: u64 = 7;
/// Whether it is shed.
pub const SHED: u64 = 0x20;
/// Whether it stays in the proxy's zone.
pub const ZONE: u64 = 0x21;
/// Which instance; plus how often it was sent.
pub const BALANCE: u64 = 0x100;
/// How long the client waits before it tries again; plus which try.
pub const JITTER: u64 = 0x200;
/// Work at a service; plus its key.
pub const WORK: u64 = 0x300;
/// Ordinary error at a service; plus its key.
pub const ERROR: u64 = 0x400;
/// Error of a fault at a service; plus its key.
pub const STRUCK: u64 = 0x500;
/// Loss on the way to a service; plus its key.
pub const LOSS: u64 = 0x600;
/// Whether a call is made; plus which.
pub const CALL: u64 = 0x700;
/// What of a cache it asks for; plus which call.
pub const CACHE: u64 = 0x900;
/// Trigger of a defect; plus its key, and which.
pub const DEFECT: u64 = 0x1000;
/// Luck of a copy of a call; plus which.
pub const HEDGE: u64 = 0x2000;
/// Luck of a later try, or of a call; plus which.
pub const CHILD: u64 = 0x10_0000;
/// How long a caller waits before it tries again; plus which call and try.
pub const CALL_JITTER: u64 = 0x20_0000;
