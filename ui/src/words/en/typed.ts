// What people type: for what a model can do, by Poe's names of that, and what says nothing by itself. Looked for, never shown.
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
  fillers: 'a am an and are be can do does for i in is it me my of on or so that the this to was what when why with you your'.split(' '),
  price: ['free', 'cheap', 'cheapest'],
}
