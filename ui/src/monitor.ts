// The start of the balance's small window: a page of its own, which loads nothing of the chats.
import { mount } from 'svelte'
import Monitor from './Monitor.svelte'
import './app.css'

const target = document.getElementById('app')
if (target) mount(Monitor, { target })
