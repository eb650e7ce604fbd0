//! The lines about a thing on the stage, shown while the pointer is on it.

use egui::{RichText, Ui};

use crate::app::model::stage::Thing;
use crate::app::model::world::World;
use crate::app::texts::{t, tf};
use crate::app::view::stage::{PoolNames, words};

/// Draws the card.
pub fn show(ui: &mut Ui, world: &World, pool_names: PoolNames, thing: Thing) {
    ui.set_max_width(280.0);
    let lines = lines(world, pool_names, thing);
    let mut lines = lines.into_iter();
    if let Some(first) = lines.next() {
        ui.label(RichText::new(first).strong());
    }
    lines.for_each(|line| drop(ui.label(RichText::new(line).small())));
    ui.label(RichText::new(t("stage.card.click")).small().weak());
}

/// What it is called.
pub fn title(world: &World, pool_names: PoolNames, thing: Thing) -> String {
    lines(world, pool_names, thing).into_iter().next().unwrap_or_default()
}

/// The lines about it.
pub fn lines(world: &World, pool_names: PoolNames, thing: Thing) -> Vec<String> {
    match thing {
        Thing::Group(index) => group(world, index),
        Thing::Router => router(world, pool_names),
        Thing::Pool(pool) | Thing::Harm(pool) => {
            let Some(now) = world.pool(pool) else { return Vec::new() };
            let mut lines = vec![
                format!("{} {}", pool_names.name(pool), now.release),
                tf("stage.card.pool", &[&words::percent(now.share), &words::rate(now.rate)]),
                tf("stage.card.busy", &[&words::percent(now.busy)]),
                words::census(now),
            ];
            if now.retries > 0.0 {
                lines.push(tf("stage.card.retries", &[&words::rate(now.retries)]));
            }
            lines.extend(now.harm.iter().flat_map(words::harm));
            lines
        }
        Thing::Instance(number) => instance(world, pool_names, number),
        Thing::Dependency(index) => dependency(world, index),
        Thing::Request(request) => self::request(world, pool_names, request),
    }
}

fn group(world: &World, index: usize) -> Vec<String> {
    let Some(group) = world.groups.get(index) else { return Vec::new() };
    let name = if group.name.is_empty() { t("stage.users.all").to_owned() } else { group.name.clone() };
    vec![name, tf("stage.card.group", &[&words::percent(group.share)])]
}

fn router(world: &World, pool_names: PoolNames) -> Vec<String> {
    let mut lines = vec![t("stage.router").to_owned()];
    for pool in &world.pools {
        let name = pool_names.name(pool.pool);
        lines.push(tf("stage.card.route", &[&words::percent(pool.share), &name, &pool.release]));
    }
    let all = |names: &[String]| match names {
        [] => t("stage.card.any").to_owned(),
        names => names.join(", "),
    };
    for (cohorts, kinds, to) in &world.route.rules {
        lines.push(tf("stage.card.rule", &[&all(cohorts), &all(kinds), &pool_names.name(*to)]));
    }
    if let Some((to, share)) = world.route.mirror {
        lines.push(tf("stage.card.mirror", &[&words::percent(share), &pool_names.name(to)]));
    }
    for (name, share) in &world.flags {
        lines.push(tf("stage.router.flag", &[name, &words::percent(*share)]));
    }
    let (taken, all) = world.route.taken_by;
    lines.push(tf("stage.router.told", &[&taken, &all]));
    lines
}

fn instance(world: &World, pool_names: PoolNames, number: u32) -> Vec<String> {
    let Some(figure) = world.figure(number) else {
        return vec![tf("stage.card.gone", &[&world.service, &number])];
    };
    let age = words::time(world.now.since(figure.since).as_secs_f64());
    let release = world.pool(figure.pool).map_or("", |pool| pool.release.as_str());
    let name = format!("{} {number}, {} {release}", world.service, pool_names.name(figure.pool));
    let zone = world.zones.get(usize::from(figure.zone)).map_or("", String::as_str);
    let mut lines = vec![
        name,
        tf("stage.card.state", &[&words::life(figure.state), &age, &zone]),
        tf("stage.card.workers", &[&figure.busy, &figure.workers, &figure.queue]),
        tf("stage.card.memory", &[&words::percent(f64::from(figure.memory)), &figure.restarts]),
        tf("stage.card.known", &[&figure.known_by, &world.route.taken_by.1]),
    ];
    if figure.left_out_by > 0 {
        lines.push(tf("stage.card.left_out", &[&figure.left_out_by]));
    }
    lines
}

fn dependency(world: &World, index: usize) -> Vec<String> {
    let Some(one) = world.dependencies.get(index) else { return Vec::new() };
    let none = || t("stage.no_data").to_owned();
    let (ready, all) = one.ready;
    vec![
        one.name.clone(),
        tf("stage.card.rate", &[&one.rate.map_or_else(none, words::rate)]),
        tf("stage.dependency.p99", &[&one.p99_s.map_or_else(none, words::time)]),
        tf("stage.dependency.errors", &[&one.errors.map_or_else(none, words::percent)]),
        tf("stage.card.fleet", &[&ready, &all, &words::percent(one.busy), &one.queue]),
    ]
}

fn request(world: &World, pool_names: PoolNames, request: u64) -> Vec<String> {
    let tries = world.tries(request);
    let Some(one) = tries.last().map(|seen| seen.one_try) else {
        return vec![t("stage.card.forgotten").to_owned()];
    };
    let group = world.groups.get(usize::from(one.cohort)).map_or("", |group| group.name.as_str());
    let kind = world.kinds.get(usize::from(one.kind)).map_or("", String::as_str);
    let mut lines = vec![
        tf("stage.card.request", &[&kind, &one.user]),
        tf("stage.card.asked", &[&group, &one.first]),
        tf(
            "stage.card.ended",
            &[
                &pool_names.name(one.pool),
                &words::outcome(one.outcome),
                &words::time(one.latency().as_secs_f64()),
            ],
        ),
    ];
    if one.attempt > 0 {
        lines.push(tf("stage.card.try", &[&(one.attempt + 1)]));
    }
    if one.mirrored {
        lines.push(t("stage.card.mirrored").to_owned());
    }
    lines
}
