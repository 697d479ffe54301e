//! The tray of macOS and Windows, by Tauri's own. It has been written by its documentation and never been run.

use super::icon::{SIZES, draw};
use super::{Model, Row, short};
use crate::desktop::{OnPress, Press};
use crate::events::Event;
use parking_lot::Mutex;
use std::sync::Arc;
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Runtime};
use tokio::sync::{Notify, watch};

pub(crate) struct Tray {
    model: Mutex<Model>,
    changed: Notify,
    wanted: watch::Sender<bool>,
    on_press: OnPress,
    now: fn() -> i64,
}

impl Tray {
    pub(crate) fn new(on_press: OnPress, now: fn() -> i64) -> Arc<Tray> {
        Arc::new(Tray {
            model: Mutex::default(),
            changed: Notify::new(),
            wanted: watch::Sender::new(false),
            on_press,
            now,
        })
    }

    pub(crate) fn hear(&self, event: &Event) {
        if self.model.lock().hear(event) {
            self.changed.notify_one();
        }
    }

    pub(crate) fn want(&self, wanted: bool) {
        self.wanted.send_if_modified(|now| std::mem::replace(now, wanted) != wanted);
    }

    /// Shows it while it is wanted, for as long as the app runs; every desktop of these systems shows one.
    pub(crate) async fn run<R: Runtime>(
        self: Arc<Self>,
        app: AppHandle<R>,
        on_shown: impl Fn(bool) + Send,
    ) -> tauri::Result<()> {
        let mut wanted = self.wanted.subscribe();
        let mut icon: Option<TrayIcon<R>> = None;
        loop {
            if !*wanted.borrow_and_update() {
                if let Some(icon) = icon.take() {
                    app.remove_tray_by_id(icon.id());
                    on_shown(false);
                }
            } else if let Some(icon) = &icon {
                self.draw(&app, icon)?;
            } else {
                let made = self.build(&app)?;
                self.draw(&app, &made)?;
                icon = Some(made);
                on_shown(true);
            }
            tokio::select! {
                _ = wanted.changed() => {}
                () = self.changed.notified() => {}
            }
        }
    }

    fn build<R: Runtime>(self: &Arc<Self>, app: &AppHandle<R>) -> tauri::Result<TrayIcon<R>> {
        let (pressed, clicked) = (self.clone(), self.clone());
        TrayIconBuilder::new()
            .show_menu_on_left_click(cfg!(target_os = "macos"))
            .on_menu_event(move |_, event| {
                let rows = pressed.model.lock().rows((pressed.now)());
                let row = event.id().as_ref().parse().ok().and_then(|at: usize| rows.into_iter().nth(at));
                if let Some(Row::Press(_, press)) = row {
                    (pressed.on_press)(press);
                }
            })
            .on_tray_icon_event(move |_, event| {
                if let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
                    && cfg!(not(target_os = "macos"))
                {
                    (clicked.on_press)(Press::Open(None));
                }
            })
            .build(app)
    }

    fn draw<R: Runtime>(&self, app: &AppHandle<R>, icon: &TrayIcon<R>) -> tauri::Result<()> {
        let (model, now) = (self.model.lock().clone(), (self.now)());
        let figure = model.points.map_or("–".to_owned(), short);
        let side = SIZES[2];
        let mut pixels = draw(&figure, model.lamp(), side);
        // Alpha comes last here.
        pixels.chunks_exact_mut(4).for_each(|pixel| pixel.rotate_left(1));
        let side = u32::try_from(side).unwrap_or_default();
        icon.set_icon(Some(Image::new_owned(pixels, side, side)))?;
        let told = model.tooltip(now);
        icon.set_tooltip(Some([told.title, told.below].join("\n").trim_end()))?;
        #[cfg(target_os = "macos")]
        icon.set_title(model.points.map(crate::words::grouped))?;
        let menu = Menu::new(app)?;
        for (at, row) in model.rows(now).into_iter().enumerate() {
            match row {
                Row::Line => menu.append(&PredefinedMenuItem::separator(app)?)?,
                Row::Text(label) => {
                    menu.append(&MenuItem::with_id(app, at.to_string(), label, false, None::<&str>)?)?
                }
                Row::Press(label, _) => {
                    menu.append(&MenuItem::with_id(app, at.to_string(), label, true, None::<&str>)?)?
                }
            }
        }
        icon.set_menu(Some(menu))
    }
}
