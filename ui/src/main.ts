// The window's start: the frame is drawn once Rust has told what there is to draw.
import { mount } from 'svelte'
import App from './App.svelte'
import './app.css'

const target = document.getElementById('app')
if (target) mount(App, { target })
