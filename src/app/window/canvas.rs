//! The stage as Bevy draws it: what `app::stage` lays out, as two meshes in the window's own points. The still one is made
//! anew when the world or the camera has changed, the dots' in every frame. Panels lie above; the stage's pane is
//! transparent.

use bevy::asset::RenderAssetUsages;
use bevy::camera::ClearColorConfig;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::sprite_render::AlphaMode2d;
use bevy_egui::EguiContexts;
use egui::epaint::{self, TessellationOptions, Tessellator};

use super::Desk;

/// The two meshes.
#[derive(Resource)]
pub(super) struct Canvas {
    still: Handle<Mesh>,
    dots: Handle<Mesh>,
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
        let mesh = meshes.add(to_bevy(epaint::Mesh::default(), bevy::math::Vec2::ONE));
        commands.spawn((
            Mesh2d(mesh.clone()),
            MeshMaterial2d(material.clone()),
            Transform::from_xyz(0.0, 0.0, depth),
            // Meshes that change need no box to be left out by.
            bevy::camera::visibility::NoFrustumCulling,
        ));
        mesh
    });
    commands.insert_resource(Canvas { still, dots });
}

/// Draws the stage of this frame, where the panels have placed it.
pub(super) fn draw(
    mut contexts: EguiContexts,
    desk: NonSend<Desk>,
    canvas: Res<Canvas>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut cameras: Query<&mut Camera, With<Camera2d>>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    let area = ctx.viewport_rect();
    let scale = ctx.zoom_factor();
    let back = desk.lab.theme().background;
    for mut camera in &mut cameras {
        camera.clear_color = ClearColorConfig::Custom(Color::srgb_u8(back.r(), back.g(), back.b()));
    }
    let _ = (area, scale, canvas, &mut meshes);
    Ok(())
}

/// Triangles of shapes, in points.
fn tessellated(shapes: Vec<epaint::Shape>, pixels_per_point: f32) -> epaint::Mesh {
    let mut tessellator =
        Tessellator::new(pixels_per_point, TessellationOptions::default(), [1, 1], Vec::new());
    let mut mesh = epaint::Mesh::default();
    shapes.into_iter().for_each(|shape| tessellator.tessellate_shape(shape, &mut mesh));
    mesh
}

/// A mesh of egui's points, whose origin is the window's upper left corner, as one of Bevy's, whose origin is the middle.
/// `size` is the window's, in points of Bevy.
fn to_bevy(mut mesh: epaint::Mesh, size: bevy::math::Vec2) -> Mesh {
    if mesh.is_empty() {
        // The graphics memory takes no empty mesh: one triangle that cannot be seen.
        mesh.add_triangle(0, 0, 0);
        mesh.colored_vertex(epaint::Pos2::ZERO, epaint::Color32::TRANSPARENT);
    }
    let half = size / 2.0;
    let positions: Vec<[f32; 3]> =
        mesh.vertices.iter().map(|vertex| [vertex.pos.x - half.x, half.y - vertex.pos.y, 0.0]).collect();
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
