//! The stage as Bevy draws it: what `app::stage` lays out, as two meshes in the window's own points. The still one is made
//! anew when the world or the camera has changed, the dots' in every frame. Panels lie above; the stage's pane is
//! transparent.

use std::sync::Arc;

use bevy::asset::RenderAssetUsages;
use bevy::camera::ClearColorConfig;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::sprite_render::AlphaMode2d;
use bevy_egui::EguiContexts;
use egui::epaint::{self, TessellationOptions, Tessellator};

use super::Desk;
use crate::app::panels::stage::placed;
use crate::app::stage::{Scene, paint};

/// The two meshes, and what the still one was made of.
#[derive(Resource)]
pub(super) struct Canvas {
    still: Handle<Mesh>,
    dots: Handle<Mesh>,
    made_of: Option<(Arc<Scene>, Place)>,
}

/// Where the stage lies in the window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Place {
    /// Its upper left corner, in egui's points.
    corner: egui::Vec2,
    /// The window, in egui's points.
    window: egui::Vec2,
    /// Points of Bevy in one of egui's.
    zoom: f32,
    /// Pixels in one of egui's points.
    pixels: f32,
}

/// Makes the camera and the two empty meshes.
pub(super) fn set_up(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<ColorMaterial>>,
) {
    let camera = Camera { clear_color: ClearColorConfig::Custom(Color::BLACK), ..default() };
    commands.spawn((Camera2d, camera, Msaa::Off));
    let material = materials.add(ColorMaterial { alpha_mode: AlphaMode2d::Blend, ..default() });
    let [still, dots] = [0.0, 1.0].map(|depth| {
        let mesh = meshes.add(to_bevy(epaint::Mesh::default(), Place::default()));
        commands.spawn((
            Mesh2d(mesh.clone()),
            MeshMaterial2d(material.clone()),
            Transform::from_xyz(0.0, 0.0, depth),
            // Meshes that change need no box to be left out by.
            bevy::camera::visibility::NoFrustumCulling,
        ));
        mesh
    });
    commands.insert_resource(Canvas { still, dots, made_of: None });
}

/// Draws the stage of this frame, where the panels have placed it.
pub(super) fn draw(
    mut contexts: EguiContexts,
    desk: NonSend<Desk>,
    mut canvas: ResMut<Canvas>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut cameras: Query<&mut Camera, With<Camera2d>>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    let theme = desk.lab.theme();
    let back = theme.background;
    for mut camera in &mut cameras {
        camera.clear_color = ClearColorConfig::Custom(Color::srgb_u8(back.r(), back.g(), back.b()));
    }
    let Some(placed) = placed(ctx) else {
        // The panels that lie there now hide what is left of it.
        return Ok(());
    };
    let place = Place {
        corner: placed.rect.min.to_vec2(),
        window: ctx.viewport_rect().size(),
        zoom: ctx.zoom_factor(),
        pixels: ctx.pixels_per_point(),
    };
    let is_made = |(scene, of): &(Arc<Scene>, Place)| Arc::ptr_eq(scene, &placed.scene) && *of == place;
    if !canvas.made_of.as_ref().is_some_and(is_made) {
        let mesh = tessellated(placed.scene.shapes.clone(), place);
        meshes.insert(&canvas.still, mesh)?;
        canvas.made_of = Some((Arc::clone(&placed.scene), place));
    }
    let mut shapes = Vec::new();
    paint(&placed.dots, &theme, &mut shapes);
    meshes.insert(&canvas.dots, tessellated(shapes, place))?;
    Ok(())
}

/// Shapes as a mesh. They are in egui's points from the stage's corner; the mesh is in Bevy's from the window's middle.
fn tessellated(shapes: Vec<epaint::Shape>, place: Place) -> Mesh {
    let mut tessellator = Tessellator::new(place.pixels, TessellationOptions::default(), [1, 1], Vec::new());
    let mut mesh = epaint::Mesh::default();
    shapes.into_iter().for_each(|shape| tessellator.tessellate_shape(shape, &mut mesh));
    to_bevy(mesh, place)
}

/// A mesh of egui's points from the stage's corner as one of Bevy's from the window's middle, where y goes up.
fn to_bevy(mut mesh: epaint::Mesh, place: Place) -> Mesh {
    if mesh.is_empty() {
        // The graphics memory takes no empty mesh: one triangle that cannot be seen.
        mesh.add_triangle(0, 0, 0);
        mesh.colored_vertex(epaint::Pos2::ZERO, epaint::Color32::TRANSPARENT);
    }
    let Place { corner, window, zoom, .. } = place;
    let position = |vertex: &epaint::Vertex| {
        let at = (vertex.pos + corner - window / 2.0) * zoom;
        [at.x, -at.y, 0.0]
    };
    let positions: Vec<[f32; 3]> = mesh.vertices.iter().map(position).collect();
    let colors: Vec<[f32; 4]> = mesh.vertices.iter().map(|vertex| linear(vertex.color)).collect();
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, colors)
        .with_inserted_indices(Indices::U32(mesh.indices))
}

/// egui's colours are premultiplied and in gamma space; Bevy's are straight and linear.
fn linear(color: epaint::Color32) -> [f32; 4] {
    let [r, g, b, a] = color.to_srgba_unmultiplied();
    Color::srgba_u8(r, g, b, a).to_linear().to_f32_array()
}
