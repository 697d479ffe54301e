//! Client and simulated Poe against each other, over a real socket.
