// What people type for what a model can do, by Poe's names of that. Looked for, never shown.
export const typed = {
  gives: {
    text: ['text'],
    image: ['image', 'images', 'picture', 'pictures', 'draw', 'drawing', 'art'],
    video: ['video', 'videos', 'movie', 'film', 'clip'],
    audio: ['audio', 'sound', 'speech', 'voice', 'music', 'tts'],
  },
  takes: {
    text: ['text'],
    image: ['sees images', 'vision', 'image', 'picture', 'photo'],
    video: ['sees videos', 'vision', 'video'],
    audio: ['hears audio', 'audio', 'sound', 'voice'],
  },
  features: { tools: ['tools', 'functions', 'function calling'], web_search: ['web search', 'internet', 'browsing'] },
  price: ['free', 'cheap', 'cheapest'],
}
