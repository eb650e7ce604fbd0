//! The stage as Bevy draws it: what `app::view::stage` lays out, as two meshes in the window's own points. The still one is made
//! anew when the world or the camera has changed, the dots' in every frame. Panels lie above; the stage's pane is
//! transparent.

use std::sync::Arc;

use bevy::asset::RenderAssetUsages;
use bevy::camera::ClearColorConfig;
use bevy::mesh::{Indices, PrimitiveTopology};
use bevy::prelude::*;
use bevy::sprite_render::AlphaMode2d;
use bevy_egui::EguiContexts;

use crate::app::view::panels::stage::placed;
use crate::app::view::stage::{Place, Scene, Vertices, paint};
use crate::app::window::state::WindowState;

/// The two meshes, and what the still one was made of.
#[derive(Resource)]
pub(super) struct Canvas {
    still: Handle<Mesh>,
    dots: Handle<Mesh>,
    made_of: Option<(Arc<Scene>, Place)>,
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
        let mesh = meshes.add(to_bevy(Vertices::new(Vec::new(), Place::default())));
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
    state: NonSend<WindowState>,
    mut canvas: ResMut<Canvas>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut cameras: Query<&mut Camera, With<Camera2d>>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    let theme = state.lab.theme();
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
        let vertices = Vertices::new(placed.scene.shapes.clone(), place);
        meshes.insert(&canvas.still, to_bevy(vertices))?;
        canvas.made_of = Some((Arc::clone(&placed.scene), place));
    }
    let mut shapes = Vec::new();
    paint(&placed.dots, &theme, &mut shapes);
    meshes.insert(&canvas.dots, to_bevy(Vertices::new(shapes, place)))?;
    Ok(())
}

/// Triangles as a mesh of Bevy's.
fn to_bevy(vertices: Vertices) -> Mesh {
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, vertices.positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_COLOR, vertices.colors)
        .with_inserted_indices(Indices::U32(vertices.indices))
}
