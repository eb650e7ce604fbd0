//! The panes of an open run: what each is called, where it stands at first, and from when on it is there.
//!
//! A new pane is a variant here with its line in [`Pane::about`], and a module with its line in `view::panels`. Everything else
//! (the layout, saved layouts, the strip of names, the command line, the tests) goes through [`Pane::all`].

use clap::ValueEnum;
use egui_tiles::{Container, Tile, TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

use crate::app::texts::t;

/// A pane of an open run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
pub enum Pane {
    /// The exercise's text, goals, prediction and hints.
    Brief,
    /// The picture of the world.
    Stage,
    /// Charts.
    Dashboards,
    /// Alerts, pages, decisions and facts.
    Log,
    /// The plan, as a form and as text.
    Plan,
    /// What can be done by hand.
    Operate,
    /// What was clicked on the stage.
    Inspector,
}

/// A column of the first layout. A share is a pane's part of its column's height, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Column {
    /// At the left, one pane at a time, chosen by tabs.
    Left,
    /// In the middle, one below the other.
    Middle(f32),
    /// At the right, one below the other.
    Right(f32),
}

impl Column {
    /// The columns from left to right, each with its part of the width. Near the mock-up's: its columns of text are
    /// a little too narrow for a field with its name beside it.
    const WIDTHS: [(Self, f32); 3] =
        [(Self::Left, 0.18), (Self::Middle(0.0), 0.61), (Self::Right(0.0), 0.21)];

    fn is_same(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

/// What is known of a pane without drawing it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct About {
    /// Its title.
    pub title: &'static str,
    /// Where it stands at first.
    pub column: Column,
    /// After how many steps of the introduction it is there.
    pub steps: u8,
}

impl Pane {
    /// All panes, in the order of their names.
    pub fn all() -> &'static [Self] {
        Self::value_variants()
    }

    /// What is known of it: a line for each pane.
    pub fn about(self) -> About {
        let about = |title, column, steps| About { title, column, steps };
        match self {
            Self::Brief => about(t("pane.brief"), Column::Left, 0),
            Self::Stage => about(t("pane.stage"), Column::Middle(0.47), 0),
            Self::Dashboards => about(t("pane.dashboards"), Column::Middle(0.35), 0),
            Self::Log => about(t("pane.log"), Column::Middle(0.18), 3),
            Self::Plan => about(t("pane.plan"), Column::Right(0.75), 0),
            Self::Operate => about(t("pane.operate"), Column::Right(0.25), 0),
            Self::Inspector => about(t("pane.inspector"), Column::Left, 2),
        }
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        self.about().title
    }
}

/// Where panes stand.
pub type Layout = Tree<Pane>;

/// The first layout: the brief, the world over its charts over the log, the plan over what is done by hand.
pub fn layout() -> Layout {
    let mut tiles = Tiles::default();
    let panes: Vec<(TileId, Column)> =
        Pane::all().iter().map(|pane| (tiles.insert_pane(*pane), pane.about().column)).collect();
    let columns = Column::WIDTHS.map(|(column, width)| {
        let here: Vec<(TileId, Column)> =
            panes.iter().copied().filter(|(_, of)| of.is_same(column)).collect();
        let ids = here.iter().map(|(id, _)| *id).collect();
        let tile = match column {
            Column::Left => tiles.insert_tab_tile(ids),
            Column::Middle(_) | Column::Right(_) => tiles.insert_vertical_tile(ids),
        };
        let heights = here.into_iter().filter_map(|(id, of)| match of {
            Column::Left => None,
            Column::Middle(share) | Column::Right(share) => Some((id, share)),
        });
        set_shares(&mut tiles, tile, heights);
        (tile, width)
    });
    let root = tiles.insert_horizontal_tile(columns.map(|(tile, _)| tile).to_vec());
    set_shares(&mut tiles, root, columns.into_iter());
    Tree::new("run", root, tiles)
}

fn set_shares(tiles: &mut Tiles<Pane>, container: TileId, shares: impl Iterator<Item = (TileId, f32)>) {
    if let Some(Tile::Container(Container::Linear(linear))) = tiles.get_mut(container) {
        shares.for_each(|(tile, share)| linear.shares.set_share(tile, share));
    }
}

/// A layout that was saved, with every pane that it lacks: a pane that is newer than the file stands beside those of its
/// column, or at the right where none of them is left.
#[must_use]
pub fn completed(mut layout: Layout) -> Layout {
    for pane in Pane::all() {
        if layout.tiles.find_pane(pane).is_some() {
            continue;
        }
        let column = pane.about().column;
        let beside = Pane::all().iter().filter(|other| other.about().column.is_same(column));
        let beside = beside.filter_map(|other| layout.tiles.find_pane(other)).next();
        let parent = beside.and_then(|beside| layout.tiles.parent_of(beside)).or(layout.root());
        let added = layout.tiles.insert_pane(*pane);
        let root = match parent.and_then(|parent| layout.tiles.get_mut(parent)) {
            Some(Tile::Container(container)) => {
                container.add_child(added);
                continue;
            }
            Some(Tile::Pane(_)) => layout.root(),
            None => None,
        };
        let children = root.into_iter().chain([added]).collect();
        let root = layout.tiles.insert_horizontal_tile(children);
        layout = Tree::new("run", root, layout.tiles);
    }
    layout
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The layout without a pane, as an older lab has saved it.
    fn without(pane: Pane) -> Layout {
        let mut layout = layout();
        let id = layout.tiles.find_pane(&pane).unwrap();
        layout.remove_recursively(id);
        if let Some(parent) = layout.tiles.parent_of(id)
            && let Some(Tile::Container(container)) = layout.tiles.get_mut(parent)
        {
            container.retain(|child| child != id);
        }
        layout
    }

    #[test]
    fn a_saved_layout_gets_every_pane_that_it_lacks_beside_those_of_its_column() {
        for pane in Pane::all() {
            let old = without(*pane);
            assert_eq!(old.tiles.find_pane(pane), None);
            let new = completed(old);
            let id = new.tiles.find_pane(pane).expect("it was added");
            let parent = new.tiles.parent_of(id).expect("it hangs in the tree");
            let beside = Pane::all()
                .iter()
                .filter(|other| *other != pane && other.about().column.is_same(pane.about().column));
            for other in beside {
                let other = new.tiles.find_pane(other).unwrap();
                assert_eq!(new.tiles.parent_of(other), Some(parent), "{pane:?}");
            }
        }
    }

    #[test]
    fn a_layout_that_lacks_nothing_stays_as_it_is_and_an_empty_one_gets_all() {
        assert_eq!(completed(layout()), layout());
        let all = completed(Tree::empty("run"));
        let is_there = |pane: &Pane| {
            let id = all.tiles.find_pane(pane).unwrap();
            all.is_root(id) || all.tiles.parent_of(id).is_some()
        };
        assert!(Pane::all().iter().all(is_there), "{all:?}");
        let one = completed(Tree::new_tabs("run", vec![Pane::Log]));
        assert!(Pane::all().iter().all(|pane| one.tiles.find_pane(pane).is_some()), "{one:?}");
    }
}
