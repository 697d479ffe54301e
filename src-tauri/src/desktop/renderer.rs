//! Which way WebKitGTK draws. Its usual one hands the GPU's buffers on to the display: without a GPU that manages 20 frames a
//! second on a whole core, where the plain one manages 60 on a sixth of it, and with NVIDIA's own driver the window stays blank
//! on X11 and is ended by "Error 71" on Wayland. It must be chosen before the web view exists.

use super::session::Session;
use crate::events::Drawing;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::Path;

/// Shared memory instead of the GPU's buffers.
const PLAIN: (&str, &str) = ("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
/// The GPU's buffers, without the handshake that NVIDIA's driver gets wrong.
const NO_EXPLICIT_SYNC: (&str, &str) = ("__NV_DISABLE_EXPLICIT_SYNC", "1");
/// Whoever sets one of these has chosen.
const OWN: [&str; 3] = [PLAIN.0, "WEBKIT_DISABLE_COMPOSITING_MODE", "WEBKIT_DMABUF_RENDERER_FORCE_SHM"];

/// What is there to draw with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Graphics {
    gpu: Gpu,
    /// NVIDIA's own driver is loaded; nouveau is none of it.
    has_nvidia: bool,
    session: Session,
    /// A variable by which the person has chosen.
    own: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Gpu {
    Absent,
    /// There is one, and no node of it may be opened by this person.
    Closed {
        node: String,
    },
    Open,
}

/// How the window is to be drawn here, and why; `None` where the system leaves no choice.
pub(crate) fn choose() -> Option<Drawing> {
    let variable = |name: &str| std::env::var_os(name);
    cfg!(target_os = "linux").then(|| decide(&look(Path::new("/"), &variable)))
}

/// The variable to set before start.
pub(crate) fn variable(drawing: &Drawing) -> Option<(&'static str, &'static str)> {
    match drawing {
        Drawing::Gpu | Drawing::Own { .. } => None,
        Drawing::NoGpu | Drawing::GpuClosed { .. } | Drawing::NvidiaOnX11 => Some(PLAIN),
        Drawing::NvidiaOnWayland => Some(NO_EXPLICIT_SYNC),
    }
}

fn decide(graphics: &Graphics) -> Drawing {
    match (&graphics.own, &graphics.gpu, graphics.has_nvidia, graphics.session) {
        (Some(variable), ..) => Drawing::Own { variable: variable.clone() },
        (None, Gpu::Absent, ..) => Drawing::NoGpu,
        (None, Gpu::Closed { node }, ..) => Drawing::GpuClosed { node: node.clone() },
        (None, Gpu::Open, true, Session::X11) => Drawing::NvidiaOnX11,
        (None, Gpu::Open, true, Session::Wayland) => Drawing::NvidiaOnWayland,
        (None, Gpu::Open, false, _) => Drawing::Gpu,
    }
}

/// Reads the devices and drivers below `root`, and the environment.
fn look(root: &Path, variable: &dyn Fn(&str) -> Option<OsString>) -> Graphics {
    let has_nvidia =
        ["proc/driver/nvidia", "sys/module/nvidia"].iter().any(|folder| root.join(folder).exists());
    let nvidias = has_nvidia.then_some(NO_EXPLICIT_SYNC.0);
    let mut own = OWN.into_iter().chain(nvidias);
    Graphics {
        gpu: gpu(&root.join("dev/dri")),
        has_nvidia,
        session: Session::of(variable),
        own: own.find(|name| variable(name).is_some()).map(str::to_owned),
    }
}

fn gpu(devices: &Path) -> Gpu {
    let entries = fs::read_dir(devices).into_iter().flatten().flatten();
    let mut nodes: Vec<_> = entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("renderD"))
        .map(|entry| entry.path())
        .collect();
    nodes.sort();
    let opens = |node: &Path| File::options().read(true).write(true).open(node).is_ok();
    match nodes.first() {
        None => Gpu::Absent,
        Some(_) if nodes.iter().any(|node| opens(node)) => Gpu::Open,
        Some(node) => Gpu::Closed { node: node.display().to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is set on a system with these folders and files (a folder where a node should be can't be opened) and variables.
    #[track_caller]
    fn check(there: &[&str], variables: &[(&str, &str)], expected: Option<&str>) -> Drawing {
        let root = tempfile::tempdir().unwrap();
        for name in there {
            let path = root.path().join(name);
            if name.ends_with('/') {
                fs::create_dir_all(path).unwrap();
            } else {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, "").unwrap();
            }
        }
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        let drawing = decide(&look(root.path(), &variable));
        let set = super::variable(&drawing);
        assert_eq!(set.map(|(name, _)| name), expected, "{there:?} {variables:?}: {drawing:?}");
        assert!(set.is_none_or(|(_, value)| value == "1"));
        drawing
    }

    const NODE: &str = "dev/dri/renderD128";
    const CLOSED: &str = "dev/dri/renderD128/";
    const NVIDIA: &str = "proc/driver/nvidia/";
    const MODULE: &str = "sys/module/nvidia/";
    const WAYLAND: (&str, &str) = ("WAYLAND_DISPLAY", "wayland-0");
    const DMABUF: Option<&str> = Some("WEBKIT_DISABLE_DMABUF_RENDERER");
    const SYNC: Option<&str> = Some("__NV_DISABLE_EXPLICIT_SYNC");

    #[test]
    fn without_a_gpu_the_plain_way() {
        check(&[], &[], DMABUF);
        check(&["dev/dri/card0"], &[], DMABUF);
        check(&[NVIDIA], &[WAYLAND], DMABUF);
        assert_eq!(check(&[], &[WAYLAND], DMABUF), Drawing::NoGpu);
    }

    #[test]
    fn a_gpu_that_may_not_be_used_is_none() {
        let drawing = check(&[CLOSED], &[], DMABUF);
        assert!(matches!(drawing, Drawing::GpuClosed { node } if node.ends_with(NODE)));
        check(&[CLOSED, NVIDIA], &[WAYLAND], DMABUF);
        // One of two is enough.
        check(&[CLOSED, "dev/dri/renderD129"], &[], None);
    }

    #[test]
    fn other_drivers_draw_as_usual() {
        check(&[NODE], &[], None);
        check(&[NODE], &[WAYLAND], None);
        check(&[NODE, "sys/module/nouveau/"], &[], None);
        check(&[NODE, "sys/module/amdgpu/"], &[WAYLAND], None);
    }

    #[test]
    fn nvidia_by_session() {
        for driver in [NVIDIA, MODULE] {
            check(&[NODE, driver], &[], DMABUF);
            check(&[NODE, driver], &[WAYLAND], SYNC);
            check(&[NODE, driver], &[("XDG_SESSION_TYPE", "wayland")], SYNC);
            check(&[NODE, driver], &[("XDG_SESSION_TYPE", "x11")], DMABUF);
            check(&[NODE, driver], &[("WAYLAND_DISPLAY", "")], DMABUF);
            check(&[NODE, driver], &[WAYLAND, ("GDK_BACKEND", "x11")], DMABUF);
            check(&[NODE, driver], &[WAYLAND, ("GDK_BACKEND", "wayland,x11")], SYNC);
            check(&[NODE, driver], &[WAYLAND, ("GDK_BACKEND", "*")], SYNC);
        }
    }

    #[test]
    fn what_the_person_set_wins() {
        for (name, value) in [
            (PLAIN.0, "1"),
            (PLAIN.0, "0"),
            (PLAIN.0, ""),
            ("WEBKIT_DISABLE_COMPOSITING_MODE", "1"),
            ("WEBKIT_DMABUF_RENDERER_FORCE_SHM", "1"),
        ] {
            for there in [&[][..], &[NODE], &[CLOSED], &[NODE, NVIDIA]] {
                let drawing = check(there, &[(name, value), WAYLAND], None);
                assert_eq!(drawing, Drawing::Own { variable: name.to_owned() });
            }
        }
        check(&[NODE, NVIDIA], &[(NO_EXPLICIT_SYNC.0, "0"), WAYLAND], None);
        // It says nothing where no such driver is.
        check(&[], &[(NO_EXPLICIT_SYNC.0, "1")], DMABUF);
    }
}
